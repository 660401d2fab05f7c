/** Works in fish 3 and later. */
export const fishScript = String.raw`# fish completion for sluice
function __sluice_complete
    set -l words (commandline -opc)
    set -l partial (commandline -ct)
    for line in (sluice __complete -- $words[2..-1] "$partial" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$partial"
            case :folders
                __fish_complete_directories "$partial"
            case '*'
                echo $line
        end
    end
end
complete -c sluice -f -a '(__sluice_complete)'
`;

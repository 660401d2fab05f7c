/** For PowerShell 5.1 and later. */
export const powershellScript = String.raw`# PowerShell completion for sluice
Register-ArgumentCompleter -Native -CommandName sluice -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($_.Value -is [string]) { $_.Value } else { $_.ToString() } })
    $partial = $wordToComplete.Trim("'", '"')
    # Before 7.3 an empty argument to a program is lost.
    $last = if ($partial -eq '') { '""' } else { $partial }
    sluice __complete -- @words $last 2>$null | ForEach-Object {
        $value, $brief = $_ -split [char]9, 2
        if ($value -eq ':files' -or $value -eq ':folders') {
            $onlyFolders = $value -eq ':folders'
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($partial) |
                Where-Object { -not $onlyFolders -or $_.ResultType -eq 'ProviderContainer' }
        } else {
            $quoted = if ($value -match '[^\w./:=@%+,-]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
            $tip = if ($brief) { $brief } else { $value }
            [System.Management.Automation.CompletionResult]::new($quoted, $value, 'ParameterValue', $tip)
        }
    }
}
`;

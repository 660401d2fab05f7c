/** Works in bash 3.2 (macOS) and later; needs no bash-completion package. */
export const bashScript = String.raw`# bash completion for sluice
_sluice() {
  local word joined="" directive="" line value
  local -a words=() values=()
  # readline splits words at : and =, which addresses and names may hold.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ -n $joined || $word =~ ^[:=]+$ ]] && ((\${#words[@]} > 0)); then
      words[\${#words[@]}-1]+=$word
      if [[ $word =~ ^[:=]+$ ]]; then joined=1; else joined=""; fi
    else
      words+=("$word")
    fi
  done
  local index=$((\${#words[@]} - 1)) raw
  ((index >= 0)) || return 0
  raw=\${words[index]}
  # Names reach the program without the quotes that the shell would remove.
  for index in "\${!words[@]}"; do
    word=\${words[index]}
    case $word in
      \"*) word=\${word#\"}; word=\${word%\"} ;;
      \'*) word=\${word#\'}; word=\${word%\'} ;;
      *) word=\${word//\\/} ;;
    esac
    words[index]=$word
  done
  local partial=$word
  while IFS= read -r line; do
    case $line in
      :files | :folders) directive=$line ;;
      *) values+=("\${line%%$'\t'*}") ;;
    esac
  done < <(sluice __complete -- "\${words[@]}" 2>/dev/null)
  COMPREPLY=()
  case $directive in
    :files) compopt -o default 2>/dev/null || _sluice_local -f "$raw"; return 0 ;;
    :folders) compopt -o dirnames 2>/dev/null || _sluice_local -d "$raw"; return 0 ;;
  esac
  # readline replaces what follows the last : or = of the word.
  local prefix=""
  if [[ $partial == *[:=]* ]]; then prefix=\${partial%"\${partial##*[:=]}"}; fi
  for value in "\${values[@]}"; do
    COMPREPLY+=("\${value#"$prefix"}")
  done
  if [[ $partial != -* && \${#words[@]} -gt 1 ]]; then compopt -o filenames 2>/dev/null; fi
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == */ ]]; then compopt -o nospace 2>/dev/null; fi
  return 0
}
_sluice_local() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$1" -- "$2")
}
complete -F _sluice sluice
`.replaceAll("\\${", "${");

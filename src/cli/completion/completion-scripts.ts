import { reportKindNames } from '../../report/kinds/report-kinds.ts'

// A script passes the typed words to the program. The program prints a line for each suggestion, or ":files" alone. Neither the
// words nor the suggestions are evaluated: a script has no eval, and no "compgen -W", which would run a $(command) in a name.

/** Stands before a file in `--report junit=rows.xml`. */
const kinds = reportKindNames.join('|')

export const bashScript = `# bash completion for duo-seats

_duo_seats() {
  local suggestion
  COMPREPLY=()
  while IFS= read -r suggestion; do
    [[ -n $suggestion ]] && COMPREPLY+=("$suggestion")
  done <<< "$(duo-seats completion bash -- "\${COMP_LINE:0:COMP_POINT}" "$2" "\${COMP_TYPE-}" 2>/dev/null </dev/null)"
  if [[ \${COMPREPLY[0]-} == :files ]]; then
    COMPREPLY=()
  else
    compopt +o default 2>/dev/null
    # A file follows the = of "--report junit=".
    [[ \${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
  fi
}

# Without a suggestion, "default" completes files; the function turns that off for other words. bash before 4.4 has no "nosort".
complete -o default -o nosort -F _duo_seats duo-seats 2>/dev/null || complete -o default -F _duo_seats duo-seats
`

export const zshScript = `#compdef duo-seats
# zsh completion for duo-seats

_duo-seats() {
  local -a suggestions
  suggestions=("\${(@f)$(duo-seats completion zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  if [[ $suggestions[1] == :files ]]; then
    compset -P '--*='
    compset -P '(${kinds})='
    _files
  elif [[ $suggestions[1] == *= ]]; then
    compadd -S '' -- $suggestions
  elif [[ -n $suggestions[1] ]]; then
    _describe -V -t suggestions suggestion suggestions -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}'
  fi
}

# In a folder of $fpath, zsh takes this file for the body of the function and runs it at the first call.
if [[ $funcstack[1] == _duo-seats ]]; then
  _duo-seats "$@"
elif (( $+functions[compdef] )); then
  compdef _duo-seats duo-seats
fi
`

export const fishScript = `# fish completion for duo-seats

function __duo_seats_suggest
    set -l words (commandline -opc)
    set -e words[1]
    set -l typed (commandline -ct)
    set -l suggestions (duo-seats completion fish -- $words "$typed" 2>/dev/null </dev/null)
    if test "$suggestions[1]" != :files
        string join -- \\n $suggestions
        return
    end
    set -l parts (string match -r -- '^((?:--[a-z-]+=)?(?:(?:${kinds})=)?)(.*)$' "$typed")
    if test -n "$parts[2]"
        for path in (__fish_complete_path "$parts[3]")
            echo -- "$parts[2]$path"
        end
    else
        __fish_complete_path "$typed"
    end
end

complete -c duo-seats -f -k -a '(__duo_seats_suggest)'
`

export const powershellScript = `# PowerShell completion for duo-seats

Register-ArgumentCompleter -Native -CommandName duo-seats -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # An error must not be shown in the middle of typing.
    $ErrorActionPreference = 'SilentlyContinue'
    # PowerShell before 7.3 drops an empty argument.
    $empty = '""'
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
        $word = if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
        if ($word) { $word } else { $empty }
    })
    $typed = if ($wordToComplete) { "$wordToComplete" } else { $empty }
    $suggestions = @()
    $exitCode = Get-Variable -Name LASTEXITCODE -Scope Global -ValueOnly -ErrorAction Ignore
    $encoding = [Console]::OutputEncoding
    # Some hosts have no console.
    try { [Console]::OutputEncoding = [System.Text.UTF8Encoding]::new() } catch { }
    try {
        # A wrapper script would drop a -- without quotes.
        $suggestions = @(duo-seats completion powershell '--' @words $typed 2>$null | Where-Object { $_ })
    } catch { }
    try { [Console]::OutputEncoding = $encoding } catch { }
    $global:LASTEXITCODE = $exitCode
    # Without output PowerShell completes files; an empty text prevents that.
    if ($suggestions.Count -eq 1 -and $suggestions[0] -eq ':files') { return }
    if ($suggestions.Count -eq 0) { return '' }
    foreach ($suggestion in $suggestions) {
        $word, $about = $suggestion.Split([char]9, 2)
        if (-not $about) { $about = $word }
        # Without quotes PowerShell reads 007 and 1kb as numbers, and @ada as a variable.
        $isPlain = $word -match '^(-{0,2}[A-Za-z_][A-Za-z0-9_.=-]*|[1-9][0-9]{0,8})$'
        $text = if ($isPlain) { $word } else { "'" + $word.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $about)
    }
}
`

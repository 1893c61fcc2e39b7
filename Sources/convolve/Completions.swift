import ArgumentParser

/// All commands in one tree, for the completions of shells. In it `convolve convolve` is the command without a name: the shells'
/// functions insert the second word.
struct AllCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Convolve.name,
    subcommands: [ConvolveFiles.self] + Convolve.commands.sorted { $0.key < $1.key }.map(\.value))

  /// The output of `--generate-completion-script`.
  static func script(for shell: CompletionShell) -> String {
    let script = completionScript(for: shell)
    switch shell {
    case .bash: return script + "\n" + bash
    case .fish: return script + "\n" + fish
    default:
      // The last lines call the functions before them.
      var lines = script.split(separator: "\n", omittingEmptySubsequences: false)
      lines.insert(zsh[...], at: lines.lastIndex { $0.hasPrefix("if ") } ?? lines.endIndex)
      return lines.joined(separator: "\n")
    }
  }

  private static let names = Convolve.commands.keys.sorted()

  private static var bash: String {
    """
    _convolve_or_command() {
        local -r first="${COMP_CWORD}"
        if (( COMP_CWORD == 1 )) || [[ " \(names.joined(separator: " ")) " != *" ${COMP_WORDS[1]} "* ]]; then
            COMP_WORDS=(convolve "${COMP_WORDS[@]}")
            COMP_CWORD=$((COMP_CWORD + 1))
        fi
        _convolve "${@}"
        (( first == 1 )) && COMPREPLY+=($(compgen -W '\(names.joined(separator: " "))' -- "${2}"))
    }

    complete -o filenames -F _convolve_or_command convolve
    """
  }

  private static var zsh: String {
    """
    functions[_convolve_command]=$functions[_convolve]
    _convolve() {
        (( CURRENT == 2 )) && compadd -- \(names.joined(separator: " "))
        if (( CURRENT == 2 )) || [[ "${words[2]}" != (\(names.joined(separator: "|"))) ]]; then
            words=(convolve "${(@)words}")
            (( CURRENT++ ))
        fi
        _convolve_command "${@}"
    }

    """
  }

  private static var fish: String {
    """
    functions -q __convolve_given_tokens; or functions -c __convolve_tokens __convolve_given_tokens
    function __convolve_tokens
        set -l tokens (__convolve_given_tokens $argv)
        test "$argv" = -pc; and not contains -- "$tokens[2]" \(names.joined(separator: " ")); and set -p tokens convolve
        printf '%s\\n' $tokens
    end
    complete -c convolve -n 'test (count (__convolve_given_tokens -pc)) -eq 1' -a '\(names.joined(separator: " "))'
    """
  }
}

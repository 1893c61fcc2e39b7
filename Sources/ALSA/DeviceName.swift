import CALSA

/// A device's name that comes from others than the owner of the configuration file.
///
/// alsa-lib reads a name as a piece of configuration: `file:'|command',raw` runs a command, `tee:` writes a file, and braces define a
/// device on the spot. Here a name only picks a device that the system's configuration defines.
///
/// Source: conf.c (`snd_config_search_definition`, `snd_config_expand`) and pcm.c (`snd_pcm_open_noupdate`) of alsa-lib.
public enum DeviceName {
  /// Bytes of the longest name.
  private static let mostBytes = 128

  /// Why the name is refused, and what to do, to be read after the name; nil: it may be opened.
  ///
  /// Reads ALSA's configuration without opening the device, so that a name that nothing defines yet is accepted. Not real-time safe.
  public static func refusal(of name: String) -> String? {
    guard name.utf8.count <= mostBytes else { return "it has more than \(mostBytes) bytes" }
    let parts = name.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAllowed) }) else {
      return
        "it must be NAME or NAME:ARGUMENTS, of letters, digits and _ = , . -: define any other device in asound.conf, and give its name"
    }
    guard var definitions = Definitions(onlyCommands: false) else { return "ALSA's configuration cannot be read: mend asound.conf" }
    return definitions.refusal(of: name, in: "pcm", arguments: parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : "")
  }

  /// Whether the device, or one that it leads to, runs a command.
  static func runsCommand(_ name: String) -> Bool {
    var definitions = Definitions(onlyCommands: true)
    return definitions?.refusal(of: name, in: "pcm") != nil
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "_=,.-".utf8.contains(byte)
    }
  }
}

/// What names are defined as, followed through all the devices that they lead to.
private struct Definitions: ~Copyable {
  private let top: OpaquePointer
  /// Whether files without a command are let pass.
  private let onlyCommands: Bool
  /// Looked up so far: devices may lead to each other in a circle, or to many.
  private var count = 0
  private static let most = 64

  /// Nil where ALSA's configuration cannot be read.
  init?(onlyCommands: Bool) {
    _ = Device.library
    var top: OpaquePointer?
    guard snd_config_update_ref(&top) >= 0, let top else { return nil }
    (self.top, self.onlyCommands) = (top, onlyCommands)
  }

  deinit { snd_config_unref(top) }

  /// - Parameters:
  ///   - base: where names without a full stop are defined: `pcm`, or `pcm_slave`.
  ///   - arguments: those of a request, of which any may name a device.
  mutating func refusal(of name: String, in base: String, arguments: String = "") -> String? {
    count += 1
    guard count <= Self.most else { return "it leads through more than \(Self.most) other devices: name one of those" }
    var found: OpaquePointer?
    if snd_config_search_definition(top, base, name, &found) >= 0, let found {
      defer { snd_config_delete(found) }
      return refusal(of: found, in: base)
    }
    // Nothing defines it, or its card is missing: then the definition is judged as it is written.
    let key = String(name.prefix { $0 != ":" })
    if snd_config_search(top, key.contains(".") ? key : "\(base).\(key)", &found) >= 0, let found,
      let refusal = refusal(of: found, in: base)
    {
      return refusal
    }
    for argument in arguments.split(separator: ",") {
      let value = String(argument[(argument.lastIndex(of: "=").map(argument.index(after:)) ?? argument.startIndex)...])
      if !value.isEmpty, let refusal = refusal(of: value, in: "pcm") { return refusal }
    }
    return nil
  }

  /// - Parameter node: a definition, or another's name.
  private mutating func refusal(of node: OpaquePointer, in base: String) -> String? {
    if let name = Self.text(node) { return refusal(of: name, in: base) }
    for (key, member) in Self.members(node) {
      // What a string names, if anything: the two last keys are those of an asym device, and in `slaves` each has its own name.
      let named: String? =
        switch key {
        case "pcm": "pcm"
        case "slave", "playback", "capture": "pcm_slave"
        default: base == "slaves" ? "pcm_slave" : nil
        }
      if key == "type", Self.text(member) == "file", !onlyCommands || Self.isCommand(node) {
        return "it writes files or runs commands (type file): only the configuration file itself may name such a device"
      }
      guard named != nil || Self.text(member) == nil else { continue }
      if let refusal = refusal(of: member, in: named ?? key) { return refusal }
    }
    return nil
  }

  /// Whether the file of a definition is a command.
  private static func isCommand(_ node: OpaquePointer) -> Bool {
    members(node).contains { $0.key == "file" && text($0.member)?.hasPrefix("|") == true }
  }

  /// A string; nil: anything else.
  private static func text(_ node: OpaquePointer) -> String? {
    var text: UnsafePointer<CChar>?
    guard snd_config_get_string(node, &text) >= 0 else { return nil }
    return text.map { String(cString: $0) }
  }

  /// Those of a compound; none of anything else.
  private static func members(_ node: OpaquePointer) -> [(key: String, member: OpaquePointer)] {
    guard snd_config_get_type(node) == SND_CONFIG_TYPE_COMPOUND else { return [] }
    var members: [(key: String, member: OpaquePointer)] = []
    var iterator = snd_config_iterator_first(node)
    while let here = iterator, here != snd_config_iterator_end(node) {
      var key: UnsafePointer<CChar>?
      if let member = snd_config_iterator_entry(here), snd_config_get_id(member, &key) >= 0, let key {
        members.append((String(cString: key), member))
      }
      iterator = snd_config_iterator_next(here)
    }
    return members
  }
}

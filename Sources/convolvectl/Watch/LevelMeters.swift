import Terminal

/// Peaks of channels as bars, as many beside each other as the rows need.
struct LevelMeters {
  struct Channel {
    /// "in 0".
    var name: String
    /// dBFS; nil: silence.
    var peak: Double?
  }

  let channels: [Channel]

  /// dBFS at a bar's left end; the right one is 0.
  private static let floor = -60.0
  /// Columns of a channel with its bar and without, at least.
  private static let (narrowest, barest) = (27, 14)

  /// - Parameter rows: the most lines. What does not fit is counted in the last place.
  func lines(rows: Int, on terminal: TerminalKind) -> [ScreenLine] {
    let wanted = (channels.count + max(rows, 1) - 1) / max(rows, 1)
    let hasBars = wanted <= max(1, terminal.columns / Self.narrowest)
    let across = max(1, min(wanted, terminal.columns / (hasBars ? Self.narrowest : Self.barest)))
    let width = across == 1 ? min(83, terminal.columns) : terminal.columns / across
    var cells = channels.prefix(across * max(rows, 1)).map {
      hasBars ? bar($0, width: width, isAlone: across == 1, terminal) : bare($0, width: width)
    }
    let left = channels.count - cells.count
    if left > 0, let last = cells.indices.last { cells[last] = ScreenLine("+ \(left + 1) more".left(width)) }
    return stride(from: 0, to: cells.count, by: across).map { start in
      cells[start..<min(start + across, cells.count)].reduce(into: ScreenLine()) { $0.add($1) }
    }
  }

  private func bar(_ channel: Channel, width: Int, isAlone: Bool, _ terminal: TerminalKind) -> ScreenLine {
    let (full, empty) = terminal.isUnicode ? ("█", "·") : ("#", ".")
    // Two columns lie between channels.
    let length = max(1, min(60, width - (isAlone ? 22 : 23)))
    let share = ((channel.peak ?? Self.floor) - Self.floor) / -Self.floor
    let filled = Int((min(max(share, 0), 1) * Double(length)).rounded())
    var line = ScreenLine(channel.name.left(8))
    line.add(String(repeating: full, count: filled), colour(channel.peak))
    line.add(String(repeating: empty, count: length - filled) + Self.text(channel.peak).right(13))
    if !isAlone { line.add("  ") }
    return line
  }

  private func bare(_ channel: Channel, width: Int) -> ScreenLine {
    ScreenLine((channel.name + (channel.peak.map { fixed($0, 1) } ?? "-").right(max(1, 13 - channel.name.count))).left(width))
  }

  private func colour(_ peak: Double?) -> ScreenLine.Colour {
    (peak ?? Self.floor) > -0.1 ? .red : (peak ?? Self.floor) > -6 ? .yellow : .green
  }

  static func text(_ peak: Double?) -> String { peak.map { fixed($0, 1) + " dBFS" } ?? "silent" }
}

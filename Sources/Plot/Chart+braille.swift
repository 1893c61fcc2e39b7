import Terminal

extension Chart {
  /// Draws the first curve and both axes in text. Each character is a raster of 2 x 4 dots (Unicode's braille patterns).
  ///
  /// - Parameters:
  ///   - width: the most characters in a line, at least 24.
  ///   - rows: lines of the raster, at least 2.
  /// - Returns: the lines of title, raster, abscissa and labels.
  public func braille(width: Int = 72, rows: Int) -> [String] {
    let gutter = 8
    let columns = width - gutter - 1
    var labels = [String](repeating: "", count: rows)
    for tick in y.ticks(rows / 2) {
      let row = Int(((1 - y.position(tick.value)) * Double(4 * rows - 1)).rounded()) / 4
      if labels.indices.contains(row) { labels[row] = tick.label }
    }
    let raster = curves.first.map { cells($0, columns: columns, rows: rows) } ?? []
    let lines = zip(labels, raster).map { label, cells in
      let line = label.right(gutter - 1) + " " + (label.isEmpty ? "│" : "┤") + cells
      return String(line.reversed().drop { $0 == " " || $0 == "\u{2800}" }.reversed())
    }
    return [String(repeating: " ", count: gutter) + "\(title): \(y.title) by \(x.title)"] + lines + abscissa(gutter, columns)
  }

  /// Dots of a braille character by row and side. Source: The Unicode Standard, Braille Patterns
  private static let dots: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  private func cells(_ curve: Curve, columns: Int, rows: Int) -> [String] {
    var cells = [[UInt32]](repeating: [UInt32](repeating: 0x2800, count: columns), count: rows)
    let height = Double(4 * rows - 1)
    for (index, column) in self.columns(curve, count: 2 * columns).enumerated() {
      guard let column else { continue }
      for dot in Int(((1 - column.upperBound) * height).rounded())...Int(((1 - column.lowerBound) * height).rounded()) {
        cells[dot / 4][index / 2] |= Self.dots[dot % 4][index % 2]
      }
    }
    return cells.map { row in
      var text = String.UnicodeScalarView()
      for cell in row { text.append(Unicode.Scalar(cell)!) }
      return String(text)
    }
  }

  private func abscissa(_ gutter: Int, _ columns: Int) -> [String] {
    var line = [Character](repeating: "─", count: columns)
    var labels = [Character](repeating: " ", count: gutter + 1 + columns)
    var free = 0
    for tick in x.ticks(columns / 7) {
      let column = Int((x.position(tick.value) * Double(2 * columns - 1)).rounded()) / 2
      guard line.indices.contains(column) else { continue }
      let start = min(gutter + 1 + column - tick.label.count / 2, labels.count - tick.label.count)
      if start < free { continue }
      line[column] = "┬"
      for (offset, character) in tick.label.enumerated() { labels[start + offset] = character }
      free = start + tick.label.count + 1
    }
    let text = String(labels.reversed().drop { $0 == " " }.reversed())
    return [String(repeating: " ", count: gutter) + "└" + String(line), text]
  }
}

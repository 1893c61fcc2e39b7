import Terminal

/// Draws charts below each other in one SVG document, for light and dark backgrounds.
///
/// A curve's index in its chart gives its colour, and beyond the colours its pattern. The legend is that of the first chart.
public func svg(_ charts: [Chart], title: String) -> String {
  let legend = charts.first?.curves.map(\.name) ?? []
  let legendHeight = 20 * legend.count + 34
  let height = legendHeight + charts.count * SVGPanel.height
  var text = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(SVGPanel.width) \(height)" width="\(SVGPanel.width)" height="\(height)" role="img">
    <title>\(escaped(title))</title>
    <style>
      .ground { fill: #fff } .ink { fill: #222 } .frame { stroke: #777; fill: none } .grid { stroke: #ddd }
      text { font: 12px sans-serif } .head { font-weight: bold } path { fill: none; stroke-width: 1.2; stroke-linejoin: round }
      @media (prefers-color-scheme: dark) { .ground { fill: #15181c } .ink { fill: #ddd } .grid { stroke: #333 } }
    </style>
    <rect class="ground" width="\(SVGPanel.width)" height="\(height)"/>
    <text class="ink head" x="16" y="22">\(escaped(title))</text>

    """
  for (index, name) in legend.enumerated() {
    let y = 42 + 20 * index
    text += """
      <line x1="16" y1="\(y - 4)" x2="40" y2="\(y - 4)" stroke-width="3" \(stroke(index))/><text class="ink" x="48" y="\(y)">\(escaped(name))</text>

      """
  }
  for (index, chart) in charts.enumerated() { text += SVGPanel(chart: chart, top: legendHeight + index * SVGPanel.height).text }
  return text + "</svg>\n"
}

/// A colour for each of 16 curves, and for those after them the same with a pattern of dashes.
///
/// The first can be told apart by colour-blind readers. Source: M. Okabe and K. Ito, "Color Universal Design", 2008
private func stroke(_ index: Int) -> String {
  let colors = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#b2182b", "#7b3fa0",
    "#8c6d1f", "#5f8c00", "#e0218a", "#008b8b", "#a0522d", "#6a7fdb", "#808080", "#c2a500",
  ]
  let dashes = ["", "6 3", "2 2", "9 3 2 3"]
  let pattern = dashes[index / colors.count % dashes.count]
  return "stroke=\"\(colors[index % colors.count])\"" + (pattern.isEmpty ? "" : " stroke-dasharray=\"\(pattern)\"")
}

/// One chart and its axes.
private struct SVGPanel {
  static let (width, height) = (800, 260)
  static let (left, right, above, below) = (70, 20, 30, 46)
  let chart: Chart
  let top: Int

  private var columns: Int { Self.width - Self.left - Self.right }
  private var rows: Int { Self.height - Self.above - Self.below }
  private var ceiling: Int { top + Self.above }
  private var floor: Int { ceiling + rows }

  var text: String {
    let middle = ceiling + rows / 2
    var text = """
      <text class="ink head" x="\(Self.left)" y="\(ceiling - 8)">\(escaped(chart.title))</text>
      <text class="ink" x="\(Self.left + columns / 2)" y="\(floor + 36)" text-anchor="middle">\(escaped(chart.x.title))</text>
      <text class="ink" text-anchor="middle" transform="translate(16 \(middle)) rotate(-90)">\(escaped(chart.y.title))</text>

      """
    for tick in chart.x.ticks(12) {
      let x = fixed(Double(Self.left) + chart.x.position(tick.value) * Double(columns), 1)
      text += """
        <line class="grid" x1="\(x)" y1="\(ceiling)" x2="\(x)" y2="\(floor)"/>\
        <text class="ink" x="\(x)" y="\(floor + 18)" text-anchor="middle">\(tick.label)</text>

        """
    }
    for tick in chart.y.ticks(7) {
      let y = height(chart.y.position(tick.value))
      text += """
        <line class="grid" x1="\(Self.left)" y1="\(y)" x2="\(Self.left + columns)" y2="\(y)"/>\
        <text class="ink" x="\(Self.left - 8)" y="\(y)" dy="4" text-anchor="end">\(tick.label)</text>

        """
    }
    for (index, curve) in chart.curves.enumerated() {
      text += "<path \(stroke(index)) d=\"\(path(curve))\"/>\n"
    }
    return text + "<rect class=\"frame\" x=\"\(Self.left)\" y=\"\(ceiling)\" width=\"\(columns)\" height=\"\(rows)\"/>\n"
  }

  private func height(_ position: Double) -> String { fixed(Double(floor) - position * Double(rows), 1) }

  private func path(_ curve: Curve) -> String { curve.style == .stems ? stems(curve) : line(curve) }

  /// One stroke a column, at least a tenth of a pixel long, so that it is visible.
  private func stems(_ curve: Curve) -> String {
    var text = ""
    for (index, column) in chart.columns(curve, count: columns + 1).enumerated() {
      guard let column else { continue }
      text += "M\(Self.left + index) \(height(column.lowerBound))"
      text += column.upperBound > column.lowerBound ? "V\(height(column.upperBound))" : "h.1"
    }
    return text
  }

  private func line(_ curve: Curve) -> String {
    var text = ""
    var last: Double?
    for (x, y) in zip(curve.x, curve.y) {
      let place = chart.place(y)
      defer { last = place }
      guard let place else { continue }
      let isConnected = last.map { !chart.jumps(curve, from: $0, to: place) } ?? false
      let across = fixed(Double(Self.left) + chart.x.position(x) * Double(columns), 1)
      text += "\(isConnected ? "L" : "M")\(across) \(height(place))"
    }
    return text
  }
}

private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "&": result += "&amp;"
    case "\"": result += "&quot;"
    // XML does not allow these.
    case "\0"..<" ", "\u{7F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Values over an abscissa, drawn in one colour.
public struct Curve: Sendable {
  public enum Style: Sendable {
    case line
    /// A line of degrees, broken where it jumps by more than half a turn, as angles do at ±180.
    case angle
    /// A vertical line from zero to each value.
    case stems
  }

  /// The name in the legend.
  public var name: String
  public var style: Style
  /// Ascending; as many as `y`.
  public var x: [Double]
  /// NaN for gaps.
  public var y: [Double]

  public init(name: String, style: Style, x: [Double], y: [Double]) {
    precondition(x.count == y.count, "a value at each place")
    (self.name, self.style, self.x, self.y) = (name, style, x, y)
  }
}

/// Curves on two axes.
public struct Chart: Sendable {
  public var title: String
  public var x: Axis
  public var y: Axis
  public var curves: [Curve]

  public init(_ title: String, x: Axis, y: Axis, curves: [Curve]) {
    (self.title, self.x, self.y, self.curves) = (title, x, y, curves)
  }
}

extension Chart {
  /// The part of each of `count` columns that a curve covers, as positions on the ordinate: 0 at its start and 1 at its end; nil
  /// where there is no curve. Every value shows, however many share a column; values beyond the axis show at its end.
  ///
  /// - Complexity: O(values + count)
  func columns(_ curve: Curve, count: Int) -> [ClosedRange<Double>?] {
    var columns = [ClosedRange<Double>?](repeating: nil, count: count)
    var last: (column: Int, y: Double)?
    for (x, y) in zip(curve.x, curve.y) {
      let column = Int((self.x.position(x) * Double(count - 1)).rounded())
      guard let place = place(y), columns.indices.contains(column) else {
        last = nil
        continue
      }
      columns[column].extend(to: place)
      switch curve.style {
      case .stems: columns[column].extend(to: self.place(0)!)
      case .angle, .line:
        if let last, !jumps(curve, from: last.y, to: place) { columns.connect(last, (column, place)) }
      }
      last = (column, place)
    }
    return columns
  }

  /// A value's position, limited to the axis; nil for NaN.
  func place(_ y: Double) -> Double? { y.isNaN ? nil : min(max(self.y.position(y), 0), 1) }

  /// Whether a curve is broken between two places.
  func jumps(_ curve: Curve, from a: Double, to b: Double) -> Bool {
    curve.style == .angle && abs(a - b) * (y.range.upperBound - y.range.lowerBound) > 180
  }
}

extension [ClosedRange<Double>?] {
  /// Extends each column by the part of a line that crosses it.
  fileprivate mutating func connect(_ a: (column: Int, y: Double), _ b: (column: Int, y: Double)) {
    guard b.column > a.column else { return }
    for column in a.column...b.column {
      for edge in [-0.5, 0.5] {
        let share = (Double(column - a.column) + edge) / Double(b.column - a.column)
        self[column].extend(to: a.y + (b.y - a.y) * Swift.min(Swift.max(share, 0), 1))
      }
    }
  }
}

extension ClosedRange<Double>? {
  fileprivate mutating func extend(to y: Double) { self = map { min($0.lowerBound, y)...max($0.upperBound, y) } ?? y...y }
}

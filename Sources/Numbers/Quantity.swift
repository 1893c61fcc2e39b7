/// A number of things, as a message tells it: "1 tap", "2 taps".
package func quantity(_ count: some BinaryInteger, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }

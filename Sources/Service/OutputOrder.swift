/// Which request set each part of the output last, in the order in which they came: one that has waited for its bypass leaves what a later
/// one has set meanwhile.
struct OutputOrder {
  var mute = 0
  var volume = 0
  var dither = 0
  var ceiling = 0
  private var newest = 0

  /// Returns the number of a request that comes now.
  mutating func arrive() -> Int {
    newest += 1
    return newest
  }

  /// Notes that a request sets a part. Returns false where a later one has.
  mutating func take(_ part: WritableKeyPath<Self, Int>, _ number: Int) -> Bool {
    guard self[keyPath: part] < number else { return false }
    self[keyPath: part] = number
    return true
  }
}

/// The candidate that `word` was probably meant to be: a letter or two away, whatever the case.
func suggestion(for word: String, among candidates: [String]) -> String? {
  guard word.utf8.count <= 40 else { return nil }
  let typed = Array(word.lowercased().unicodeScalars)
  let allowed = typed.count <= 4 ? 1 : 2
  let distances = candidates.map { (distance(typed, Array($0.lowercased().unicodeScalars)), $0) }
  return distances.filter { $0.0 <= allowed }.min { $0.0 < $1.0 }?.1
}

/// Letters to insert, delete, replace or swap with the next (optimal string alignment).
///
/// - Complexity: O(a.count · b.count)
private func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}

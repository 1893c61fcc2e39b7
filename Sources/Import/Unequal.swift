/// Why a step of another program is not taken over.
struct Unequal: Error {
  var message: String

  init(_ message: String) { self.message = message }
}

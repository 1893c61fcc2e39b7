import CMachine
import Foundation

/// What `make` makes, and by how many bytes the process's resident memory grew for it.
func resident<Made>(_ make: () throws -> Made) throws -> (made: Made, bytes: Int) {
  let before = try residentBytes()
  let made = try make()
  return (made, try residentBytes() - before)
}

/// Resident memory that is in use: what has been freed is given back first.
private func residentBytes() throws -> Int {
  machine_return_free_memory()
  let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
  return Int(fields[1])! * sysconf(Int32(_SC_PAGESIZE))
}

// What libcounter.so is to see of Swift: one array grown and one object shared on a named thread, nothing elsewhere.
import Glibc

@_silgen_name("pthread_setname_np") func nameThread(_ thread: pthread_t, _ name: UnsafePointer<CChar>) -> CInt

final class Shared { var value = 1 }

// Opaque to the optimiser.
@inline(never) func keep(_ shared: Shared) -> [Shared] { [shared, shared] }

@inline(never) func work(_ shared: Shared) -> Int {
  var values = [Int](repeating: 1, count: 10)
  for value in keep(shared) { values.append(value.value) }
  return values.count
}

@inline(never) func body(_ name: String) {
  _ = nameThread(pthread_self(), name)
  let count = work(Shared())
  _ = nameThread(pthread_self(), "quiet")
  if count != 12 { exit(1) }
}

@inline(never) func run(_ name: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  body(String(cString: name!.assumingMemoryBound(to: CChar.self)))
  return nil
}

for name in ["audio", "other"] {
  var thread = pthread_t()
  let text = strdup(name)
  pthread_create(&thread, nil, { run($0) }, text)
  pthread_join(thread, nil)
}

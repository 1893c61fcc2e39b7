import Synchronization

/// Passes programs between the control side and the audio thread, each by exchange of one pointer: nobody waits.
///
/// One change at a time: the control side hands over the next program once it has the replaced one back.
package struct Handover: ~Copyable, @unchecked Sendable {
  private let pending = Atomic<ProgramPointer?>(nil)
  private let retired = Atomic<ProgramPointer?>(nil)

  package init() {}

  deinit {
    if let program = withdraw() { freeProgram(program) }
    if let program = collect() { freeProgram(program) }
  }

  // MARK: On the audio thread

  /// Takes the program that has been handed over; nil if there is none.
  @_noLocks @_noAllocation
  package func take() -> ProgramPointer? {
    // Nearly always there is none: a look costs less than an exchange.
    isWaiting ? pending.exchange(nil, ordering: .acquiringAndReleasing) : nil
  }

  @_noLocks @_noAllocation
  package func give(back program: ProgramPointer) { retired.store(program, ordering: .releasing) }

  // MARK: On the control side

  /// Whether a program waits for the audio thread to take it.
  package var isWaiting: Bool { @_noLocks @_noAllocation get { pending.load(ordering: .relaxed) != nil } }

  package func hand(over program: ProgramPointer) { pending.store(program, ordering: .releasing) }

  /// Takes the program back, if the audio thread has not taken it.
  package func withdraw() -> ProgramPointer? { pending.exchange(nil, ordering: .acquiring) }

  /// Takes the program that a change has replaced, to be freed; nil if there is none.
  package func collect() -> ProgramPointer? { retired.exchange(nil, ordering: .acquiring) }
}

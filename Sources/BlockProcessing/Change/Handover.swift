import Synchronization

/// Where programs change hands, each by exchange of one pointer: nobody waits.
///
/// One change at a time: the control side hands over the next program when it has the last one's predecessor back.
package struct Handover: ~Copyable, @unchecked Sendable {
  private let pending = Atomic<ProgramPointer?>(nil)
  private let retired = Atomic<ProgramPointer?>(nil)

  package init() {}

  deinit {
    if let program = withdraw() { freeProgram(program) }
    if let program = collect() { freeProgram(program) }
  }

  // MARK: On the audio thread

  /// The program that has been handed over, if there is one.
  @_noLocks @_noAllocation
  package func take() -> ProgramPointer? { pending.exchange(nil, ordering: .acquiringAndReleasing) }

  @_noLocks @_noAllocation
  package func give(back program: ProgramPointer) { retired.store(program, ordering: .releasing) }

  // MARK: On the control side

  /// Whether the audio thread has not taken what was handed over.
  package var isWaiting: Bool { pending.load(ordering: .relaxed) != nil }

  package func hand(over program: ProgramPointer) { pending.store(program, ordering: .releasing) }

  /// Takes back what was handed over, if the audio thread has not taken it.
  package func withdraw() -> ProgramPointer? { pending.exchange(nil, ordering: .acquiring) }

  /// The program that a change has left behind, to be freed.
  package func collect() -> ProgramPointer? { retired.exchange(nil, ordering: .acquiring) }
}

/// What a convolver computes in.
public enum Precision: String, Sendable, CaseIterable {
  case float32
  case float64
}

/// The type of the scalars in which a convolver computes.
public enum Precision: String, Sendable, CaseIterable {
  case float32
  case float64
}

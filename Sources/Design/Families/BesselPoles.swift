/// The poles of Bessel filters of order 2 to 8 whose |H| is -3 dB (1/√2) at the frequency 1.
///
/// Source: the zeros of the reverse Bessel polynomials, computed to 60 digits, each divided by the frequency where |H| is 1/√2.
enum BesselPoles {
  /// A pair of complex poles, by its distance from 0 and its Q; or a real pole.
  struct Pole {
    var frequency: Double
    /// nil of a real pole.
    var q: Double?
  }

  /// - Parameter order: 2 to 8.
  static func poles(order: Int) -> [Pole] { table[order - 2].map { Pole(frequency: $0.0, q: $0.1) } }

  private static let table: [[(Double, Double?)]] = [
    [(1.272019649514069, 0.57735026918962576)],
    [(1.4476171331469873, 0.6910466258250713), (1.3226757999104448, nil)],
    [(1.4301715599939905, 0.52193458166898016), (1.6033575162169731, 0.80553828184166575)],
    [(1.5563471222969236, 0.56353562085145649), (1.7553777766370968, 0.91647737394824784), (1.502316271447479, nil)],
    [(1.6039191287737987, 0.51031782474876995), (1.6891682676204605, 0.61119454687800261), (1.9047076123027623, 1.023313953826724)],
    [
      (1.7163560448708647, 0.53235569789954656), (1.8224174788579959, 0.66082138929708016), (2.0494909002691074, 1.1262575419830409),
      (1.6843681792731802, nil),
    ],
    [
      (1.7784659117746491, 0.50599106939746998), (1.8320926011985827, 0.55960916479579111), (1.9531957590220648, 0.71085207444169798),
      (2.1887262305274388, 1.2256694254081706),
    ],
  ]
}

// swift-tools-version: 6.1
// The module graph, in import order: a target imports only what stands above it.
import PackageDescription

/// Loops and real-time code run 800 times slower without the optimiser: they get it in debug builds too.
let optimised = SwiftSetting.unsafeFlags(["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode"])

/// The compiler's proof (`@_noLocks`, `@_noAllocation`) does not see dynamic exclusivity checks, so there are none.
let realTime = SwiftSetting.unsafeFlags(["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode", "-enforce-exclusivity=unchecked"])

/// Tests that run programs and compare what they say compile in a third of the time without the optimiser, and run as fast.
let running = SwiftSetting.unsafeFlags(["-Onone"])

/// One instruction set and one precision of the SIMD loops: every such target holds a link to the same files.
func loops(_ build: String, scalar: String, march: String? = nil) -> Target {
  var flags = ["-Xcc", "-DSCALAR_\(scalar)"]
  if let march { flags += ["-Xcc", "-march=\(march)"] }
  return .target(
    name: "Vector\(build)", dependencies: ["CIntrinsics"], path: "Sources/Vector/Builds/\(build)",
    swiftSettings: [.unsafeFlags(flags), realTime], linkerSettings: [.linkedLibrary("m")])
}

/// What is built for: this machine's architecture, or the one that a cross build names.
let foreign = Context.environment["CONVOLVED_ARCHITECTURE"]
#if arch(x86_64)
  let architecture = foreign ?? "x86_64"
#else
  let architecture = foreign ?? "aarch64"
#endif

/// A library of Debian's. A cross build has it in its SDK, of which pkg-config knows nothing.
func debian(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/System/\(name)", pkgConfig: foreign == nil ? pkgConfig : nil, providers: [.apt([package])])
}

let widerLoops: [Target] =
  architecture != "x86_64"
  ? []
  : [
    loops("F32V3", scalar: "FLOAT", march: "x86-64-v3"), loops("F64V3", scalar: "DOUBLE", march: "x86-64-v3"),
    loops("F32V4", scalar: "FLOAT", march: "x86-64-v4"), loops("F64V4", scalar: "DOUBLE", march: "x86-64-v4"),
  ]
let allLoops: [Target.Dependency] = ["VectorF32", "VectorF64"] + widerLoops.map { .byName(name: $0.name) }

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1"].map { .product(name: $0, package: "swift-nio") }

let package = Package(
  name: "convolved",
  products: [
    .executable(name: "convolve", targets: ["convolve"]),
    .executable(name: "convolved", targets: ["convolved"]),
    .executable(name: "convolvectl", targets: ["convolvectl"]),
    .library(name: "Convolution", targets: ["Buffers", "CIntrinsics", "Convolution", "Vector"]),
    .library(name: "NumPy", targets: ["NPY", "NumPy"]),
    // What `make lib` links libconvolved.so from.
    .library(name: "CAPI", type: .static, targets: ["CAPI", "CConvolved"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    // System libraries
    debian("CALSA", "alsa", "libasound2-dev"),
    debian("CArchive", "libarchive", "libarchive-dev"),
    debian("CSamplerate", "samplerate", "libsamplerate0-dev"),
    debian("CSndfile", "sndfile", "libsndfile1-dev"),
    debian("CYAML", "yaml-0.1", "libyaml-dev"),
    .systemLibrary(name: "CMalloc", path: "Sources/System/CMalloc"),
    .target(name: "CIntrinsics"),
    .target(name: "Platform", dependencies: ["CMalloc"]),
    .target(name: "Numbers", swiftSettings: [realTime]),

    // Loops
    loops("F32", scalar: "FLOAT"), loops("F64", scalar: "DOUBLE"),
    .target(name: "Vector", dependencies: ["CIntrinsics"] + allLoops, exclude: ["Loops", "Builds"], swiftSettings: [realTime]),

    // Mathematics and files
    .target(name: "Buffers", swiftSettings: [realTime]),
    .target(name: "Convolution", dependencies: ["CIntrinsics", "Platform", "Numbers", "Buffers", "Vector"], swiftSettings: [realTime]),
    .target(name: "Analysis", dependencies: ["Buffers", "Convolution", "Vector"], swiftSettings: [optimised]),
    .target(name: "Design", dependencies: ["Numbers", "Analysis"], swiftSettings: [optimised]),
    .target(name: "NPY", dependencies: ["Buffers"], swiftSettings: [optimised]),
    .target(
      name: "NumPy", dependencies: ["CIntrinsics", "Platform", "Buffers", "Vector", "Convolution", "NPY"], swiftSettings: [optimised]),
    .target(
      name: "AudioFile", dependencies: ["CSndfile", "CSamplerate", "CIntrinsics", "Platform", "Numbers", "Vector", "NPY"],
      swiftSettings: [optimised]),
    .target(name: "WordKernels", dependencies: ["Platform", "Design", "AudioFile"], swiftSettings: [optimised]),
    .target(name: "PCM", swiftSettings: [realTime]),

    // Live
    .target(name: "BlockProcessing", dependencies: ["Numbers", "Vector", "Buffers", "Convolution", "PCM"], swiftSettings: [realTime]),
    .target(
      name: "Verification",
      dependencies: ["CIntrinsics", "Platform", "Numbers", "Buffers", "Convolution", "BlockProcessing", "NumPy", "PCM"],
      swiftSettings: [optimised]),
    .target(name: "CConvolved"),
    .target(
      name: "CAPI",
      dependencies: [
        "CConvolved", "CIntrinsics", "Platform", "Vector", "Buffers", "Convolution", "NPY", "NumPy", "BlockProcessing",
      ], exclude: ["link.sh"], swiftSettings: [realTime]),
    .target(name: "Clocks", dependencies: ["CSamplerate", "Buffers"], swiftSettings: [realTime]),
    .target(name: "ALSA", dependencies: ["CALSA", "Platform", "Numbers", "PCM"], swiftSettings: [realTime]),
    .target(
      name: "Engine",
      dependencies: ["CIntrinsics", "Platform", "Numbers", "Buffers", "Convolution", "BlockProcessing", "PCM", "ALSA", "Clocks"],
      swiftSettings: [realTime]),
    .target(
      name: "ConfigurationFile",
      dependencies: ["CYAML", "Platform", "Numbers", "Vector", "Convolution", "AudioFile", "WordKernels", "PCM"]),
    .target(
      name: "FilterKernels",
      dependencies: [
        "Platform", "Numbers", "Vector", "Convolution", "Design", "NPY", "NumPy", "AudioFile", "WordKernels", "ConfigurationFile",
      ]),
    .target(
      name: "Import", dependencies: ["CArchive", "Platform", "Numbers", "Design", "AudioFile", "WordKernels", "ConfigurationFile"]),
    .target(name: "ControlAPI", path: "Sources/Control/API"),
    .target(name: "ControlServing", dependencies: ["Platform", "Numbers", "ControlAPI", logging] + nio, path: "Sources/Control/Server"),
    .target(name: "ControlCalling", dependencies: ["Numbers", "ControlAPI"], path: "Sources/Control/Client"),
    .target(
      name: "Filters",
      dependencies: [
        "Platform", "Numbers", "Vector", "Convolution", "Analysis", "AudioFile", "PCM", "BlockProcessing", "ALSA", "ConfigurationFile",
        "FilterKernels", "ControlAPI",
      ]),
    .target(name: "Systemd", dependencies: [logging]),
    .target(
      name: "Service",
      dependencies: [
        "Platform", "Numbers", "Vector", "Convolution", "AudioFile", "WordKernels", "PCM", "BlockProcessing", "Verification", "ALSA",
        "Engine", "ConfigurationFile", "FilterKernels", "ControlAPI", "ControlServing", "Filters", logging,
      ]),

    // Programs
    .target(name: "Terminal", dependencies: ["Platform", "AudioFile"]),
    .target(name: "Plot", dependencies: ["Terminal"]),
    .executableTarget(
      name: "convolve",
      dependencies: [
        "Platform", "Numbers", "Vector", "Convolution", "Analysis", "Design", "NPY", "NumPy", "AudioFile", "WordKernels",
        "ConfigurationFile", "FilterKernels", "Plot", "Terminal", argumentParser,
      ]),
    .executableTarget(
      name: "convolved",
      dependencies: [
        "CIntrinsics", "Platform", "Numbers", "AudioFile", "PCM", "ALSA", "Engine", "ConfigurationFile", "FilterKernels", "ControlAPI",
        "ControlCalling", "Filters", "Systemd", "Service", "Terminal", argumentParser, logging,
      ]),
    .executableTarget(
      name: "convolvectl",
      dependencies: [
        "Platform", "Numbers", "Analysis", "Design", "AudioFile", "WordKernels", "PCM", "ALSA", "ConfigurationFile", "FilterKernels",
        "Import",
        "ControlAPI", "ControlCalling", "Filters", "Terminal", argumentParser,
      ]),

    // Tests
    .target(name: "TestSupport", dependencies: ["Numbers", "NPY", "NumPy"], path: "Tests/TestSupport"),
    .testTarget(
      name: "LiveTests",
      dependencies: ["AudioFile", "PCM", "ControlAPI", "ControlCalling", "TestSupport", "convolve", "convolved", "convolvectl"],
      swiftSettings: [running]),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport", "convolve", "convolved"]),
    .testTarget(name: "PCMTests", dependencies: ["PCM", "TestSupport"]),
    .testTarget(name: "ClocksTests", dependencies: ["Clocks", "TestSupport"], swiftSettings: [optimised]),
    .testTarget(name: "EngineTests", dependencies: ["Convolution", "PCM", "ALSA", "Engine", "TestSupport"]),
    .testTarget(name: "CAPITests", dependencies: ["NumPy", "TestSupport"], exclude: ["Programs"]),
    .testTarget(name: "BlockProcessingTests", dependencies: ["Vector", "Buffers", "Convolution", "BlockProcessing", "TestSupport"]),
    .testTarget(
      name: "VerificationTests",
      dependencies: ["Numbers", "Vector", "Convolution", "NumPy", "PCM", "BlockProcessing", "Verification", "TestSupport"],
      swiftSettings: [optimised]),
    .testTarget(
      name: "ConvolutionTests", dependencies: ["CIntrinsics", "Buffers", "Vector", "Convolution", "TestSupport"], swiftSettings: [optimised]
    ),
    .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "TestSupport"], swiftSettings: [optimised]),
    .testTarget(name: "DesignTests", dependencies: ["Numbers", "Analysis", "Design", "TestSupport"], swiftSettings: [optimised]),
    .testTarget(name: "NPYTests", dependencies: ["NPY", "NumPy", "TestSupport"]),
    .testTarget(name: "NumPyTests", dependencies: ["CIntrinsics", "Vector", "NPY", "NumPy", "TestSupport"]),
    .testTarget(name: "AudioFileTests", dependencies: ["NPY", "NumPy", "AudioFile", "TestSupport"]),
    .testTarget(name: "WordKernelsTests", dependencies: ["Design", "NPY", "AudioFile", "WordKernels", "TestSupport"]),
    .testTarget(name: "ConvolveTests", dependencies: ["Numbers", "NPY", "NumPy", "AudioFile", "TestSupport"], swiftSettings: [running]),
    .testTarget(name: "ConfigurationFileTests", dependencies: ["Vector", "PCM", "ConfigurationFile", "TestSupport"]),
    .testTarget(
      name: "ImportTests",
      dependencies: ["AudioFile", "ConfigurationFile", "FilterKernels", "Filters", "Import", "TestSupport", "convolved", "convolvectl"],
      swiftSettings: [running]),
    .testTarget(
      name: "SystemdTests",
      dependencies: ["ConfigurationFile", "Systemd", "Service", "TestSupport", "convolved", "convolvectl", logging],
      swiftSettings: [running]),
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "AudioFile", "BlockProcessing", "Convolution", "ConfigurationFile", "FilterKernels", "Engine", "ControlAPI", "Filters", "Platform",
        "Service",
        "TestSupport", logging,
      ]),
    .testTarget(
      name: "PackagingTests", dependencies: ["Platform", "ConfigurationFile", "TestSupport", "convolve", "convolved", "convolvectl"],
      swiftSettings: [running]),
    .testTarget(
      name: "ControlTests", dependencies: ["ControlAPI", "ControlServing", "ControlCalling", "convolvectl", "TestSupport", logging],
      swiftSettings: [running]),
  ]
)
// Before Vector, which imports them.
package.targets.insert(contentsOf: widerLoops, at: package.targets.firstIndex { $0.name == "Vector" } ?? 0)

// `make test-arm` names the suites that it wants: the others need not compile.
if let names = Context.environment["CONVOLVED_TESTS"]?.split(separator: " ").map(String.init) {
  package.targets.removeAll { $0.type == .test && !names.contains($0.name) }
}

// What `make fuzz` builds, and nothing else does.
if Context.environment["CONVOLVED_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Numbers", "Design", "NPY", "AudioFile", "WordKernels", "ConfigurationFile", "Import", "ControlAPI", "ControlServing", logging,
      ],
      path: "Tests/Fuzz", exclude: ["fuzz.py", "seeds.py"], swiftSettings: [optimised, .unsafeFlags(["-parse-as-library"])]))
}

// A file sees members only of modules that it imports itself: no import is hidden from Tests/imports.py.
for target in package.targets where target.type == .regular || target.type == .executable {
  target.swiftSettings = (target.swiftSettings ?? []) + [.enableUpcomingFeature("MemberImportVisibility")]
}

import TestSupport
import Testing

/// Names of files are bytes, which need not be UTF-8.
@Suite("Names that are no UTF-8")
struct SystemNameTests {
  @Test("name the same file for all three programs, and every output has its own")
  func names() throws {
    let folder = try ScratchFolder()
    let script = """
      import os, subprocess, sys, wave
      os.chdir(sys.argv[1])
      programs = dict(zip(['convolve', 'convolved', 'convolvectl'], sys.argv[2:]))
      def call(name, *words):
          done = subprocess.run([programs[name], *words], capture_output=True, timeout=30)
          print(name, done.returncode, (done.stdout + done.stderr).decode().split('\\n')[0])
      with wave.open('x.wav', 'wb') as f: f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(bytes(20))
      for name in [b'a\\xff.wav', b'a\\xfe.wav', b'\\xc3.wav']: os.link('x.wav', name)
      os.mkdir('out'), os.symlink(b'gone\\xff', b'link\\xff.wav'), open(b'c\\xff.yaml', 'w').write('rate: none')
      call('convolve', b'a\\xff.wav', b'a\\xfe.wav', b'\\xc3.wav', 'dirac', '-o', 'out/')
      print(sorted(os.listdir(b'out')))
      call('convolve', b'a\\xff.wav', b'a\\xfe.wav', '-o', b'out/b\\xfd.flac'), call('convolve', 'inspect', b'out/b\\xfd.flac')
      call('convolve', 'x.wav', 'dirac', '-o', b'link\\xff.wav'), call('convolved', '--check', '--config', b'c\\xff.yaml')
      call('convolvectl', '--socket', b's\\xff', 'status')
      """
    let programs = ["convolve", "convolved", "convolvectl"].map { Location.program($0) }
    let completed = try run(Location.python, ["-c", script, folder.path] + programs)
    let lines = completed.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 7, "\(completed)")
    #expect(lines[0] == "convolve 0 " && lines[1] == #"[b'a\xfe.wav', b'a\xff.wav', b'\xc3.wav']"#, "\(lines)")
    #expect(lines[2] == "convolve 0 " && lines[3].hasPrefix(#"convolve 0 out/b\xFD.flac: FLAC, 16-bit PCM"#), "\(lines)")
    #expect(lines[4].hasPrefix(#"convolve 73 convolve: link\xFF.wav: it is a symbolic link to nothing"#), "\(lines)")
    #expect(lines[5].hasPrefix("convolved 65 ") && lines[5].contains(#"c\xFF.yaml"#), "\(lines)")
    #expect(lines[6].hasPrefix("convolvectl ") && lines[6].contains(#"s\xFF: there is no such socket"#), "\(lines)")
  }
}

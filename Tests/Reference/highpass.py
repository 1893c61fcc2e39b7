"""highpass.py FILE FIRST LAST: of raw S32_LE stereo frames, the peak above 4.2 kHz in dBFS, and by how many dB the peak of the
whole exceeds that of its first 0.2 s."""
import sys
import numpy as np

path, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
samples = np.fromfile(path, "<i4").reshape(-1, 2)[first:last] / (1 << 31)
# Windowed sinc, Blackman-Harris: pass band from 4.2 kHz, more than 140 dB down below 3 kHz.
n = np.arange(513) - 256
u = 2 * np.pi * np.arange(513) / 512
window = 0.35875 - 0.48829 * np.cos(u) + 0.14128 * np.cos(2 * u) - 0.01168 * np.cos(3 * u)
cutoff = 2 * 3_800 / 48_000
highpass = -np.sinc(cutoff * n) * cutoff * window
highpass[256] += 1
gain = abs(np.fft.rfft(highpass, 1 << 16))
at = np.fft.rfftfreq(1 << 16, 1 / 48_000)
assert gain[abs(at - 1_000) < 50].max() < 1e-7 and gain[at > 4_200].min() > 0.98
high = max(abs(np.convolve(samples[:, c], highpass, "valid")).max() for c in range(2))
peak = abs(samples).max() / abs(samples[:9_600]).max()
print(round(20 * np.log10(max(high, 1e-12)), 2), round(20 * np.log10(peak), 4))

using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>The widest vectors that this processor runs in hardware: what every kernel of this room is compiled for at start.</summary>
public static class SimdWidth
{
    /// <summary>Bits of a vector: 512, 256 or 128; 128 also where vectors are emulated.</summary>
    public static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>The instruction set's name, for people.</summary>
    public static string Name =>
        Vector512.IsHardwareAccelerated ? "AVX-512"
        : Avx2.IsSupported ? "AVX2"
        : AdvSimd.IsSupported ? "NEON"
        : Sse42.IsSupported ? "SSE4.2"
        : Vector128.IsHardwareAccelerated ? "128-bit SIMD"
        : "no SIMD";
}

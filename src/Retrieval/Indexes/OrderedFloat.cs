using System.Runtime.CompilerServices;

namespace JaccardKernels.Retrieval;

/// <summary>Floats as unsigned integers of the same order; both zeros are one.</summary>
internal static class OrderedFloat
{
    /// <summary>The integer of a float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint KeyOf(float value)
    {
        // Adding 0 turns -0 into 0. Positive numbers get the sign bit, negative ones are inverted.
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 0x8000_0000u);
    }

    /// <summary>The float of an integer.</summary>
    public static float Of(uint key) => BitConverter.UInt32BitsToSingle(key ^ ((uint)((int)~key >> 31) | 0x8000_0000u));
}

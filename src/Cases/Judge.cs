using System.Globalization;

namespace JaccardKernels.Cases;

/// <summary>Compares an output with the reference.</summary>
internal static class Judge
{
    /// <summary>Floats by normalised mean squared error, which must not exceed the tolerance, and where infinite, as integers are, by equality.</summary>
    public static OutputMargin Accuracy(Operand operand, Array expected, Array actual, double tolerance)
    {
        if (operand.Type != ElementType.Float32) return Equality(operand, expected, actual);
        var reference = (double[])expected;
        var values = (float[])actual;
        double error = 0, scale = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] == reference[i] && !float.IsFinite(values[i])) continue;
            if (!float.IsFinite(values[i]) || !double.IsFinite(reference[i]))
                return new OutputMargin(operand.Name, double.PositiveInfinity, tolerance, Difference(i, reference[i], values[i]));
            error += (values[i] - reference[i]) * (values[i] - reference[i]);
            scale += reference[i] * reference[i];
        }
        return new OutputMargin(operand.Name, error == 0 ? 0 : error / scale, tolerance);
    }

    /// <summary>Every element equal to the reference's, which must be a float where floats are compared; +0 equals -0.</summary>
    public static OutputMargin Equality(Operand operand, Array expected, Array actual)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            bool equal = operand.Type switch
            {
                ElementType.Float32 => ((float[])actual)[i] == ((double[])expected)[i],
                ElementType.Int32 => ((int[])actual)[i] == ((int[])expected)[i],
                ElementType.Int64 => ((long[])actual)[i] == ((long[])expected)[i],
                ElementType.UInt8 => ((byte[])actual)[i] == ((byte[])expected)[i],
                _ => ((ulong[])actual)[i] == ((ulong[])expected)[i],
            };
            if (!equal)
                return new OutputMargin(operand.Name, double.PositiveInfinity, 0, Difference(i, expected.GetValue(i), actual.GetValue(i)));
        }
        return new OutputMargin(operand.Name, 0, 0);
    }

    /// <summary>The same bytes.</summary>
    public static OutputMargin SameBits(string name, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        int at = expected.CommonPrefixLength(actual);
        return at == expected.Length
            ? new OutputMargin(name, 0, 0)
            : new OutputMargin(name, double.PositiveInfinity, 0, $"byte {at} differs");
    }

    private static string Difference(int index, object? expected, object? actual) =>
        string.Create(CultureInfo.InvariantCulture, $"element {index} is {actual} instead of {expected}");
}

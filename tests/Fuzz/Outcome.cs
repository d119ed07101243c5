using System.Diagnostics;
using System.Globalization;

namespace JaccardKernels.Fuzz;

/// <summary>What became of an input.</summary>
/// <param name="Thrown">What reading threw, or null.</param>
/// <param name="Allocated">Bytes that reading allocated.</param>
/// <param name="Elapsed">What it took.</param>
/// <param name="Fault">What is wrong about it; null where it was read or refused as it should be.</param>
internal readonly record struct Outcome(Exception? Thrown, long Allocated, TimeSpan Elapsed, string? Fault)
{
    /// <summary>Reads an input and judges what becomes of it.</summary>
    public static Outcome Of(FuzzTarget target, byte[] input)
    {
        Outcome outcome = Once(target, input);
        // Compilers, collections and neighbours cost time and memory too, but not twice.
        return outcome.Fault is null || outcome.Thrown is not null ? outcome : Once(target, input);
    }

    /// <summary>Faults of one cause have one key: kind of fault, kind of exception, and the first method of ours that it went through.</summary>
    public string Key
    {
        get
        {
            string place = Thrown is null ? "" : new StackTrace(Thrown).GetFrames().Select(frame => frame.GetMethod())
                .FirstOrDefault(method => method?.DeclaringType?.Namespace?.StartsWith("JaccardKernels", StringComparison.Ordinal) == true) is { } ours
                ? $"{ours.DeclaringType!.FullName}.{ours.Name}"
                : "";
            return $"{string.Concat(Fault!.Where(c => !char.IsAsciiDigit(c)))} {Thrown?.GetType().Name} {place}";
        }
    }

    private static Outcome Once(FuzzTarget target, byte[] input)
    {
        Exception? thrown = null;
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
        }
        catch (Exception exception)
        {
            thrown = exception;
        }
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        long most = target.Allocation.Fixed + target.Allocation.PerByte * input.Length;
        string? fault = thrown is null ? null : target.WhyNotRefused(thrown);
        if (fault is null && allocated > most)
            fault = string.Create(CultureInfo.InvariantCulture, $"allocates {allocated} bytes for an input of {input.Length}; the limit is {most}");
        if (fault is null && elapsed > target.Time)
            fault = string.Create(CultureInfo.InvariantCulture, $"takes {elapsed.TotalSeconds:0.0} s; the limit is {target.Time.TotalSeconds:0.0} s");
        return new Outcome(thrown, allocated, elapsed, fault);
    }
}

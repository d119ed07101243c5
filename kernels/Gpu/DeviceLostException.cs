namespace JaccardKernels.Gpu;

/// <summary>
/// The device or its driver failed in the middle of work: what it holds can no longer be trusted or read. Every later call on its queue fails at
/// once with the same line.
/// </summary>
public sealed class DeviceLostException : InvalidOperationException
{
    /// <summary>Says which device was lost, and what the driver said.</summary>
    public DeviceLostException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}

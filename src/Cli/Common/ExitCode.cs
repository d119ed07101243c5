namespace JaccardKernels.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed: a file's content, the disk, memory, a device, a check that did not pass.</summary>
    public const int Failed = 1;

    /// <summary>Not possible as asked: unknown words, values out of range, operands that do not fit each other, a device that is not there.</summary>
    public const int Usage = 2;

    /// <summary>Interrupted: 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}

namespace JaccardKernels.Cli;

/// <summary>A verb ran and its outcome is a failure, told in one line.</summary>
internal sealed class VerbFailedException(string message, Exception? inner = null) : Exception(message, inner);

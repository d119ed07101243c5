namespace JaccardKernels.Problems;

/// <summary>The shape of one call of an operation: what a kernel needs to know before it sees data.</summary>
public interface IProblem
{
    /// <summary>Floating-point (or, for integer operations, elementary) operations of the plain algorithm.</summary>
    long Flops { get; }

    /// <summary>Bytes that must cross memory once: every input read once, every output written once.</summary>
    long Bytes { get; }
}

/// <summary>A problem with a text form, such as <c>mb8ic64ih56oc64kh3ph1</c>, that <c>ToString</c> writes and <see cref="Parse"/> reads.</summary>
/// <typeparam name="TSelf">The problem type itself.</typeparam>
public interface IProblem<TSelf> : IProblem
    where TSelf : IProblem<TSelf>
{
    /// <summary>Reads the text form.</summary>
    /// <exception cref="ArgumentException">A key is unknown, missing or doubled, or a value is out of range; the message names it.</exception>
    static abstract TSelf Parse(string text);
}

namespace JaccardKernels.Cases;

/// <summary>
/// How the reference differentiates an operation. The scalar under test is <c>sum(dy y)</c> over the output <paramref name="Of"/> with random
/// dy, or, of a loss, that output's first element.
/// </summary>
/// <typeparam name="TProblem">The type of the operation's problems.</typeparam>
/// <param name="Of">The output that is differentiated.</param>
/// <param name="By">The inputs by which it is differentiated.</param>
/// <param name="Backward">
/// Given the problem, all values after the forward pass and dy, writes the derivatives by each input of <paramref name="By"/> into arrays of zeros.
/// </param>
/// <param name="IsLoss">The output's first element is the scalar; dy is 1 there and 0 elsewhere.</param>
public sealed record GradientDeclaration<TProblem>(
    string Of, string[] By, Action<TProblem, ReferenceValues, double[], double[][]> Backward, bool IsLoss = false);

using JaccardKernels.Cases;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Benchmarks;

/// <summary>Every operation, then every variant of it with every tile, on the problems of its case: before anything is timed.</summary>
internal static class GpuChecks
{
    /// <summary>Checks.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="operations">The operations.</param>
    /// <param name="failures">Where to tell what did not pass.</param>
    /// <param name="progress">Where to tell what goes on.</param>
    public static IReadOnlyList<CheckCount> Run(GpuBackend backend, IEnumerable<OperationCase> operations, List<string> failures, TextWriter progress)
    {
        List<CheckCount> counts = [];
        foreach (OperationCase operation in operations)
        {
            progress.Write($"check {operation}: ");
            int before = failures.Count;
            OperationInstance[] instances = [.. operation.Problems.Select(operation.Parse)];
            counts.Add(Check(backend, operation.Name, instances, 0, failures));
            if (operation.ComputedBy is null && operation.LadderOn(backend) is { } ladder)
            {
                foreach (KernelChoice choice in LadderTimer.Choices(ladder))
                {
                    using var forced = new ForcedChoice(ladder, choice);
                    OperationInstance[] able = [.. instances.Where(instance => ladder.WhyNot(choice.Variant, instance.LadderProblem) is null)];
                    string name = $"{operation}, variant {ladder.Find(choice.Variant)} {choice.Tile}".TrimEnd();
                    counts.Add(Check(backend, name, able, instances.Length - able.Length, failures));
                }
            }
            progress.WriteLine(failures.Count == before ? "ok" : "FAILED");
        }
        return counts;
    }

    private static CheckCount Check(GpuBackend backend, string name, OperationInstance[] instances, int notComputed, List<string> failures)
    {
        int failed = 0;
        foreach (OperationInstance instance in instances)
        {
            try
            {
                CaseResult result = CaseRunner.Check(instance, backend);
                if (result.Passed) continue;
                failures.Add($"{name}: {result}");
            }
            catch (InvalidOperationException exception)
            {
                failures.Add($"{name} {instance.Problem}: {exception.Message}");
            }
            failed++;
        }
        return new CheckCount(name, instances.Length, notComputed, failed);
    }
}

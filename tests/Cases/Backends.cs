using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.Cases;

/// <summary>
/// The backends that operation cases run on, chosen by the environment variable JK_TEST_BACKENDS: names separated by commas, of
/// <see cref="Names"/>. A device that is asked for by name and is not there fails the tests; it is never left out in silence.
/// </summary>
internal static class Backends
{
    private const string Variable = "JK_TEST_BACKENDS";

    // The first of each group is judged; the others must give the same bits.
    private static readonly Dictionary<string, Func<IBackend[]>> s_openers = new()
    {
        ["host"] = () => [new HostBackend(1), new HostBackend(2), new HostBackend(3)],
        ["simulator"] = () => [GpuDevices.OpenSimulator()],
        ["opencl"] = () => [GpuDevices.Open("opencl")],
        ["cuda"] = () => [GpuDevices.Open("cuda")],
        ["reference"] = () => [new ReferenceBackend()],
    };

    private static readonly Dictionary<string, IBackend[]> s_open = [];

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => s_openers.Keys;

    /// <summary>The names asked for.</summary>
    public static string[] Chosen =>
        (Environment.GetEnvironmentVariable(Variable) ?? "host,simulator")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The backends of that name, opened once for all tests.</summary>
    public static IBackend[] Open(string name)
    {
        lock (s_open)
        {
            if (s_open.TryGetValue(name, out IBackend[]? backends)) return backends;
            if (!s_openers.TryGetValue(name, out Func<IBackend[]>? open))
                throw new ArgumentException($"{Variable} names '{name}'; the names are {string.Join(", ", Names)}.");
            return s_open[name] = open();
        }
    }

    /// <summary>Closes what has been opened.</summary>
    public static void CloseAll()
    {
        lock (s_open)
        {
            foreach (IBackend backend in s_open.Values.SelectMany(b => b)) backend.Dispose();
            s_open.Clear();
        }
    }

    /// <summary>What a simulator is asked to run is far smaller than what devices are; what the seam says is optional is asked of those that have it.</summary>
    public static IReadOnlyList<string> ProblemsFor(string backend, OperationCase operation) =>
        !operation.IsOn(Open(backend)[0]) ? [] : backend == "simulator" ? operation.TinyProblems : operation.Problems;
}

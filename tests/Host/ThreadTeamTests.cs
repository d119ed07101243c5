using JaccardKernels.Host;

namespace JaccardKernels.Tests.Host;

/// <summary>Loops end, and run every task once.</summary>
[TestFixture]
public unsafe class ThreadTeamTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(5)]
    [CancelAfter(60_000)]
    public void EveryTaskRunsOnce(int threads)
    {
        using var team = new ThreadTeam(threads);
        int* hits = stackalloc int[64];
        var body = new Count { Hits = hits };
        // More loops than a worker spins through, with pauses in which it parks: wake-up calls are what can go wrong.
        for (int loop = 1; loop <= 400; loop++)
        {
            team.For(64, ref body);
            for (int i = 0; i < 64; i++)
            {
                if (hits[i] != loop) Assert.Fail($"task {i} ran {hits[i]} times in {loop} loops");
            }
            if (loop % 40 == 0) Thread.Sleep(5);
        }
    }

    private struct Count : IParallelBody
    {
        public int* Hits;

        public readonly void Run(int task, int worker) => Interlocked.Increment(ref Hits[task]);
    }
}

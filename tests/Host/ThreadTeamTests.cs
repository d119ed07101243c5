using JaccardKernels.Host;

namespace JaccardKernels.Tests.Host;

public class ThreadTeamTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    public unsafe void EveryTaskRunsOnceWhateverTheTeamDidBefore(int threads)
    {
        using var team = new ThreadTeam(threads);
        int* done = stackalloc int[64];
        // Idle gaps let workers park, at times just while the next loop begins.
        for (int loop = 0; loop < 600; loop++)
        {
            int tasks = loop % 64 + 1;
            new Span<int>(done, 64).Clear();
            var body = new CountBody { Done = done };
            team.For(tasks, ref body);
            for (int i = 0; i < 64; i++) Assert.That(done[i], Is.EqualTo(i < tasks ? 1 : 0));
            if (loop % 4 == 0) Thread.Sleep(loop % 3);
        }
    }

    private unsafe struct CountBody : IParallelBody
    {
        public int* Done;

        public readonly void Run(int task, int worker) => Interlocked.Increment(ref Done[task]);
    }
}

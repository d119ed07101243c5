using System.Diagnostics;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Stress;

/// <summary>Kills a writer (SIGKILL) at random moments, and compares what is left with what it had acknowledged.</summary>
internal static class Kills
{
    public static int Run(int count, int seed)
    {
        var random = new Random(seed);
        string folder = Directory.CreateTempSubdirectory("jk-kills-").FullName, path = Path.Combine(folder, "i.jkx");
        var during = new SortedDictionary<string, int>();
        int wrong = 0;
        long changes = 0;
        try
        {
            for (int kill = 1; kill <= count; kill++)
            {
                // Every fourth one has to build the file first.
                if (kill % 4 == 1) foreach (string file in Directory.GetFiles(folder)) File.Delete(file);
                List<(char What, long Change)> done = RunAndKill(path, File.Exists(path), random);
                string last = done.Count == 0 ? (File.Exists(path) ? "opening" : "building") : done[^1].What switch
                {
                    'a' => "removing",
                    'r' when done[^1].Change % 25 == 0 => "compacting",
                    _ => "adding",
                };
                during[last] = during.GetValueOrDefault(last) + 1;
                changes += done.Count;
                if (Check(path, done) is not { } complaint) continue;
                wrong++;
                Console.WriteLine($"kill {kill}, after {string.Join(", ", done.TakeLast(3))}: {complaint}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        Console.WriteLine(
            $"{count} kills ({string.Join(", ", during.Select(pair => $"{pair.Value} while {pair.Key}"))}), {changes} acknowledged steps: {wrong} wrong");
        return wrong == 0 ? 0 : 1;
    }

    private static List<(char What, long Change)> RunAndKill(string path, bool isBuilt, Random random)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Started by the host of this program, or by dotnet.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(Kills).Assembly.Location);
        start.ArgumentList.Add("write");
        start.ArgumentList.Add(path);
        using Process process = Process.Start(start)!;
        var done = new List<(char, long)>();
        // A fresh process needs some time to start and to build; from the first step on, some tens of steps fall into the time.
        var timer = new Timer(_ => process.Kill(), null, isBuilt ? Timeout.Infinite : random.Next(60, 220), Timeout.Infinite);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (done.Count == 0) timer.Change(random.Next(0, 120), Timeout.Infinite);
            done.Add((line[0], long.Parse(line[2..])));
        }
        process.WaitForExit();
        timer.Dispose();
        return done;
    }

    private static string? Check(string path, List<(char What, long Change)> done)
    {
        if (!File.Exists(path)) return done.Count == 0 ? null : "there is no file";
        try
        {
            using HammingIndex index = HammingIndex.Open(path);
            index.Check();
            if (Changes.Wrong(index, out long last) is { } complaint) return complaint;
            foreach ((char what, long change) in done.TakeLast(3))
            {
                if (change > last) return $"change {change} was acknowledged; {last} is the last";
                ulong[] code = new ulong[1];
                if (what == 'r' && Changes.Removed(change).Any(id => index.TryReconstruct(id, code))) return $"what change {change} removed is there";
            }
            return null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return exception.Message;
        }
    }
}

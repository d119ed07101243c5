using System.IO.Compression;
using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

public sealed class SimilarityVerbTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("multiset-jaccard", 0.25)]
    [TestCase("set-jaccard", 1)]
    [TestCase("cosine", 1)]
    [TestCase("shared", 1)]
    [TestCase("shared-count", 1)]
    public void EveryKindIsItsDefinitionToOneUlp(string kind, double empty)
    {
        int[] a = Samples.Counts(_folder["a.npy"], 1, 33, 70), b = Samples.Counts(_folder["b.npy"], 2, 41, 70);
        JsonElement report = JkRunner.Run(
            "similarity", "--labels", _folder["a.npy"], "--with", _folder["b.npy"], "--kind", kind, "--empty", $"{empty}", "--out", _folder["s.npy"], "--json").Json();
        StoredArray array = NpyFile.Read(_folder["s.npy"]);
        array.RequireShape(33, 41);
        ReadOnlySpan<float> similarity = array.AsSpan<float>();
        double sum = 0;
        for (int i = 0; i < 33; i++)
        {
            for (int j = 0; j < 41; j++)
            {
                double expected = Define(kind, a.AsSpan(i * 70, 70), b.AsSpan(j * 70, 70), empty);
                float actual = similarity[i * 41 + j];
                sum += actual;
                Assert.That(Math.Abs(actual - expected), Is.LessThanOrEqualTo(MathF.BitIncrement((float)expected) - (float)expected), $"{i},{j}");
            }
        }
        Assert.That(report.GetProperty("mean").GetDouble(), Is.EqualTo(sum / (33 * 41)).Within(1e-12));
    }

    [Test]
    public void TheCocoCountsAreTheirDefinitionToOneUlp(
        [ValueSource(typeof(SharedData), nameof(SharedData.Folders))] string data,
        [Values("multiset-jaccard", "set-jaccard", "cosine", "shared", "shared-count")] string kind)
    {
        // Every row of the list against a hundred of them: a path, then 80 counts a line.
        int[] all = [.. ReadLines($"{data}/label_lists/coco_train.txt.gz").SelectMany(line => line.Split(' ').Skip(1).Select(int.Parse))];
        const int Rows = 100, Classes = 80;
        int count = all.Length / Classes;
        Assert.That(count, Is.EqualTo(10_000));
        NpyFile.Write<int>(_folder["a.npy"], all.AsSpan(0, Rows * Classes), Rows, Classes);
        NpyFile.Write<int>(_folder["b.npy"], all, count, Classes);
        JkRunner.Run("similarity", "--labels", _folder["a.npy"], "--with", _folder["b.npy"], "--kind", kind, "--out", _folder["s.npy"], "--json").Json();
        StoredArray array = NpyFile.Read(_folder["s.npy"]);
        array.RequireShape(Rows, count);
        ReadOnlySpan<float> similarity = array.AsSpan<float>();
        int worst = 0;
        for (int i = 0; i < similarity.Length; i++)
        {
            float expected = (float)Define(kind, all.AsSpan(i / count * Classes, Classes), all.AsSpan(i % count * Classes, Classes), 1);
            worst = Math.Max(worst, Math.Abs(BitConverter.SingleToInt32Bits(expected) - BitConverter.SingleToInt32Bits(similarity[i])));
        }
        Assert.That(worst, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void AMatrixOfSeveralBlocksIsWrittenWhole()
    {
        // 16 MB a block: 2600 rows of 2600 are two blocks.
        int[] counts = Samples.Counts(_folder["a.npy"], 3, 2600, 3);
        JkRunner.Run("similarity", "--labels", _folder["a.npy"], "--kind", "multiset-jaccard", "--out", _folder["s.npy"], "--json", "--threads", "2").Json();
        StoredArray array = NpyFile.Read(_folder["s.npy"]);
        array.RequireShape(2600, 2600);
        ReadOnlySpan<float> similarity = array.AsSpan<float>();
        int wrong = 0;
        for (int i = 0; i < 2600; i++)
            for (int j = 0; j < 2600; j++)
                wrong += similarity[i * 2600 + j] == (float)Samples.MultisetJaccard(counts.AsSpan(3 * i, 3), counts.AsSpan(3 * j, 3)) ? 0 : 1;
        Assert.That(wrong, Is.Zero);
    }

    [Test]
    public void BadInputIsOneLineAndNoFile()
    {
        _ = Samples.Counts(_folder["ok.npy"], 1, 5, 4);
        _ = Samples.Counts(_folder["wide.npy"], 1, 5, 6);
        _ = Samples.Floats(_folder["float.npy"], 1, 5, 4);
        NpyFile.Write<int>(_folder["negative.npy"], [1, -2], 1, 2);
        NpyFile.Write<int>(_folder["vector.npy"], [1, 2], 2);
        File.WriteAllBytes(_folder["truncated.npy"], File.ReadAllBytes(_folder["ok.npy"])[..100]);
        Run("missing.npy", "cosine").AssertFailed(ExitCode.Failed, "missing.npy");
        Run("float.npy", "cosine").AssertFailed(ExitCode.Failed, "float.npy", "Float32");
        Run("negative.npy", "cosine").AssertFailed(ExitCode.Failed, "negative.npy", "-2");
        Run("vector.npy", "cosine").AssertFailed(ExitCode.Failed, "vector.npy", "[2]");
        Run("truncated.npy", "cosine").AssertFailed(ExitCode.Failed, "truncated.npy");
        Run("ok.npy", "jaccard").AssertFailed(ExitCode.Usage, "'jaccard'", "multiset-jaccard");
        Run("ok.npy", "cosine", "--with", _folder["wide.npy"]).AssertFailed(ExitCode.Usage, "4 classes", "6");
        Run("ok.npy", "cosine", "--empty", "2").AssertFailed(ExitCode.Usage, "--empty is 2");
        JkRunner.Run("similarity", "--labels", _folder["ok.npy"], "--kind", "cosine", "--out", _folder["no/s.npy"]).AssertFailed(ExitCode.Failed, "does not exist");
        Assert.That(File.Exists(_folder["s.npy"]), Is.False);
    }

    private JkResult Run(string labels, string kind, params string[] more) =>
        JkRunner.Run(["similarity", "--labels", _folder[labels], "--kind", kind, "--out", _folder["s.npy"], "--device", "host", .. more]);

    private static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static double Define(string kind, ReadOnlySpan<int> a, ReadOnlySpan<int> b, double empty)
    {
        double least = 0, most = 0, product = 0, squareA = 0, squareB = 0;
        int shared = 0, either = 0;
        for (int c = 0; c < a.Length; c++)
        {
            least += Math.Min(a[c], b[c]);
            most += Math.Max(a[c], b[c]);
            product += (double)a[c] * b[c];
            squareA += (double)a[c] * a[c];
            squareB += (double)b[c] * b[c];
            if (a[c] > 0 && b[c] > 0) shared++;
            if (a[c] > 0 || b[c] > 0) either++;
        }
        return kind switch
        {
            "multiset-jaccard" => most == 0 ? empty : least / most,
            "set-jaccard" => either == 0 ? empty : (double)shared / either,
            "cosine" => either == 0 ? empty : squareA * squareB == 0 ? 0 : product / Math.Sqrt(squareA * squareB),
            "shared" => shared > 0 ? 1 : 0,
            _ => shared,
        };
    }
}

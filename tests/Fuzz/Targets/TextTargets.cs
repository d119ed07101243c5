using System.Text;
using JaccardKernels.Data;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Fuzz;

/// <summary>JSON of runs and reports, and texts of the command line.</summary>
internal static class TextTargets
{
    // A path at which there is nothing: only texts that keep it are opened.
    private const string Nowhere = "/nowhere/x";

    /// <summary>A line a step.</summary>
    public static FuzzTarget Metrics(string name)
    {
        var scratch = new Scratch();
        var folder = new RunFolder(scratch["run"]);
        Directory.CreateDirectory(folder.Path);
        return new FuzzTarget(name, bytes =>
        {
            File.WriteAllBytes(folder.Metrics, bytes);
            _ = folder.ReadMetrics();
        })
        {
            Seeds = FuzzTarget.TextsOf(
                """{"phase":"pretraining","step":1,"loss":2.5,"accuracy":0.5,"rate":0.001}""" + "\n"
                + """{"phase":"embedding","step":1,"loss":1e-3,"triplets":5,"active":3,"positiveDistance":1,"negativeDistance":2,"variance":0.1,"""
                + """ "saturation":0,"collapsed":true,"rate":0.1,"validation":0.5}""" + "\n",
                ""),
            MessageStart = $"{folder.Metrics}:", Text = FuzzTarget.AllText, Owned = [scratch],
            Words = FuzzTarget.WordsOf("phase step loss accuracy triplets active rate validation collapsed null true [] {} 1 \"embedding\""),
        };
    }

    /// <summary>The options in a run folder.</summary>
    public static FuzzTarget Options(string name) => new(name, bytes => TrainingOptions.Parse(Encoding.UTF8.GetString(bytes), "options.json").Validate())
    {
        Seeds = FuzzTarget.TextsOf(new TrainingOptions().ToJson(), "{}", """{"network":{"dimensions":32},"steps":5,} // a comment"""),
        MessageStart = "options.json: ", Refusals = [typeof(ArgumentException)], Text = FuzzTarget.AllText,
        Words = FuzzTarget.WordsOf(
            "network dimensions head backbone scene both margin null true [] {} [1,2] rateDrops loss mining graded optimizer \"x\" 1 0 weights"),
    };

    /// <summary>A report of measures.</summary>
    public static FuzzTarget EvaluationReports(string name)
    {
        var report = new EvaluationReport(
            "hamming", 1, 2, 100, false, 1f, "none", [new("any", 0.5, 0)], [new("mAP", "any", null, "usual", 0.5, 0.1, 1)],
            [new("NDCG", null, "count", "usual", [1, 2], [0.5, 0.25], [0.1, 0.1])]);
        return new FuzzTarget(name, bytes => _ = EvaluationReport.FromJson(Encoding.UTF8.GetString(bytes)))
        {
            Seeds = FuzzTarget.TextsOf(report.ToJson()), MessageStart = "the ", Text = FuzzTarget.AllText,
            Words = FuzzTarget.WordsOf("queries measures curves ranks null [] {} 1 \"a\" true"),
        };
    }

    /// <summary>Tuned choices.</summary>
    public static FuzzTarget Tuning(string name) => new(name, bytes => _ = TuningTable.Parse("tuning.json", bytes))
    {
        Seeds = FuzzTarget.TextsOf(
            new TuningTable(1, [new("cuda:x", [new("Gemm", "fp32", "small", 3, "64x64", 1e-5), new("HammingTopK", "fp32", "one query", 1, null, 2)])]).ToJson(),
            TuningTable.Empty.ToJson()),
        MessageStart = "tuning.json: ", Text = FuzzTarget.AllText,
        Words = FuzzTarget.WordsOf("version devices device choices operation math fp32 tf32 variant tile seconds null [] {} 1 \"a\""),
    };

    /// <summary>The text of a data set: taken apart, put together, and its options read.</summary>
    public static FuzzTarget DataSpecs(string name) => new(name, bytes =>
    {
        DataSpec spec = DataSpec.Parse(Encoding.UTF8.GetString(bytes));
        if (DataSpec.Parse(spec.ToString()).ToString() != spec.ToString()) throw new InvalidOperationException("the text does not parse back");
        if (spec.Path != Nowhere || spec.Kind == "scenes") return;
        try
        {
            spec.Open().Dispose();
        }
        catch (IOException)
        {
            // All of the text was read before the files, which are not there, were looked for.
        }
    })
    {
        Seeds = FuzzTarget.TextsOf(
            "scenes:size=64,train=80,query=3,seed=7", $"csv:{Nowhere},images=photos.zip,train=.6,query=.1,size=96x48,norm=imagenet",
            "list:train=a.txt,query=b.txt,database=c.txt,images=x",
            $"cifar:{Nowhere},train=5", $"deeppcb:{Nowhere},size=160", $"mscoco:{Nowhere},crowd=skip", $"nuswide:{Nowhere},classes=21",
            $"mirflickr:{Nowhere},labels=relevant",
            $"folder:{Nowhere},size=32,resize=64,fit=crop,flip=hv,shift=3,cache=5,bad=skip", $"yolo:{Nowhere},tile=32,channels=1"),
        Refusals = [typeof(ArgumentException)], Text = FuzzTarget.AllText,
        Words = FuzzTarget.WordsOf(
            $"{Nowhere} scenes csv boxes coco voc yolo list mscoco folder size train query database seed norm fit flip shift cache bad lists images names crowd "
            + "96x48 .5 one,skip 1e-9 = , :"),
    };

    /// <summary>The kind of text, a blank, and the text; what is read must be read back from its own text.</summary>
    public static FuzzTarget Problems(string name) => new(name, bytes =>
    {
        string text = Encoding.UTF8.GetString(bytes);
        string[] parts = text.Split(' ', 2);
        if (parts.Length < 2 || !ProblemTexts.All.TryGetValue(parts[0], out (string[] Seeds, Func<string, string> Again) kind))
            throw new ArgumentException("no kind");
        string once = kind.Again(parts[1]), twice;
        try
        {
            twice = kind.Again(once);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidOperationException($"'{once}' is not read back", exception);
        }
        if (once != twice) throw new InvalidOperationException($"'{once}' is read back as '{twice}'");
    })
    {
        Seeds = [.. ProblemTexts.All.SelectMany(kind => kind.Value.Seeds.Select(text => Encoding.UTF8.GetBytes($"{kind.Key} {text}")))],
        Refusals = [typeof(ArgumentException)], Text = FuzzTarget.AllText,
        Words = FuzzTarget.WordsOf(string.Join(' ', ProblemTexts.All.Keys) + " q n b k m mb ic ih oc kh sh bias1 relu1 1 0 64 0.1 : _"),
    };
}

using System.Globalization;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Engine;

/// <summary>Filters laid out for many passes give the bits of filters laid out in each, and follow the values they come from.</summary>
public class PreparedFiltersTests
{
    private static readonly string[] s_large = ["mb2ic40ih33oc70kh3ph1relu1", "mb1ic130ih14oc65kh3ph1bias1", "mb1ic20ih9oc30kh5ph2", "mb1ic300ih7oc40kh1bias1relu1ceil1"];

    [TestCase(1)]
    [TestCase(2)]
    public void PreparedFiltersGiveTheBitsOfTheSameVariant(int threads)
    {
        using var backend = new HostBackend(threads);
        KernelLadder ladder = backend.Ladders.First(l => l.Operation == "ConvolutionForward");
        foreach (string text in CaseCatalog.Find("ConvolutionForward").Problems.Concat(s_large))
        {
            ConvolutionProblem problem = ConvolutionProblem.Parse(text);
            using DeviceBuffer x = Random(backend, problem.LengthX, 1), w = Random(backend, problem.LengthW, 2), bias = Random(backend, problem.Filters, 3);
            using DeviceBuffer plain = backend.Allocate<float>(problem.LengthY), prepared = backend.Allocate<float>(problem.LengthY);
            DeviceSpan<float> b = problem.Bias ? bias.As<float>() : default;
            foreach (KernelVariant variant in ladder.Variants)
            {
                if (ladder.WhyNot(variant.Number, problem) is not null) continue;
                using var forced = new ForcedChoice(ladder, new KernelChoice(variant.Number));
                using PreparedFilters filters = backend.PrepareFilters(problem, w.As<float>());
                backend.ConvolutionForward(problem, x.As<float>(), w.As<float>(), b, plain.As<float>());
                backend.ConvolutionForward(problem, x.As<float>(), filters, b, prepared.As<float>());
                Assert.That(Values(backend, prepared), Is.EqualTo(Values(backend, plain)), $"{text}, {variant}");
            }
        }
    }

    [Test]
    public void FiltersOfChannelsThatLieTogetherAreNotMixedUp()
    {
        using var backend = new HostBackend(1);
        foreach (string text in CaseCatalog.Find("ChannelsLastConvolution").Problems)
        {
            ChannelsLastConvolutionProblem problem = ChannelsLastConvolutionProblem.Parse(text);
            ConvolutionProblem convolution = problem.Convolution;
            using DeviceBuffer x = Random(backend, convolution.LengthX, 1), w = Random(backend, convolution.LengthW, 2), bias = Random(backend, convolution.Filters, 3);
            using DeviceBuffer added = Random(backend, convolution.LengthY, 4), plain = Random(backend, problem.LengthY, 5), prepared = Random(backend, problem.LengthY, 5);
            DeviceSpan<float> b = convolution.Bias ? bias.As<float>() : default, a = problem.Adds ? added.As<float>() : default;
            using PreparedFilters filters = backend.PrepareFilters(problem, w.As<float>()), inPlanes = backend.PrepareFilters(convolution, w.As<float>());
            backend.ChannelsLastConvolution(problem, x.As<float>(), w.As<float>(), b, a, plain.As<float>());
            backend.ChannelsLastConvolution(problem, x.As<float>(), filters, b, a, prepared.As<float>());
            Assert.That(Values(backend, prepared), Is.EqualTo(Values(backend, plain)), text);
            Assert.That(() => backend.ChannelsLastConvolution(problem, x.As<float>(), inPlanes, b, a, prepared.As<float>()), Throws.ArgumentException);
            Assert.That(
                () => backend.ChannelsLastConvolution(new(convolution, !problem.Planar), x.As<float>(), filters, b, default, plain.As<float>()), Throws.ArgumentException);
        }
    }

    [Test]
    public void PreparedFiltersFollowTheVariantThatIsChosen()
    {
        ConvolutionProblem problem = ConvolutionProblem.Parse("mb1ic40ih20oc40kh3ph1");
        using var backend = new HostBackend(1);
        using DeviceBuffer x = Random(backend, problem.LengthX, 1), w = Random(backend, problem.LengthW, 2), y = backend.Allocate<float>(problem.LengthY);
        using PreparedFilters filters = backend.PrepareFilters(problem, w.As<float>());
        backend.ConvolutionForward(problem, x.As<float>(), filters, default, y.As<float>());
        float[] filtered = Values(backend, y);
        backend.ProductMath = ProductMath.Exact;
        backend.ConvolutionForward(problem, x.As<float>(), w.As<float>(), default, y.As<float>());
        float[] exact = Values(backend, y);
        Assert.That(exact, Is.Not.EqualTo(filtered), "minimal filtering was chosen");
        backend.ConvolutionForward(problem, x.As<float>(), filters, default, y.As<float>());
        Assert.That(Values(backend, y), Is.EqualTo(exact));
    }

    [TestCase("host")]
    [TestCase("reference")]
    public void RefreshedFiltersHaveTheNewValues(string name)
    {
        ConvolutionProblem problem = ConvolutionProblem.Parse("mb1ic4ih6oc5kh3ph1");
        using IBackend backend = name == "host" ? new HostBackend(1) : new ReferenceBackend();
        using DeviceBuffer x = Random(backend, problem.LengthX, 1), w = Random(backend, problem.LengthW, 2), other = Random(backend, problem.LengthW, 4);
        using DeviceBuffer y = backend.Allocate<float>(problem.LengthY);
        using PreparedFilters filters = backend.PrepareFilters(problem, w.As<float>());
        backend.Copy(new(problem.LengthW), other.As<float>(), w.As<float>());
        filters.Refresh();
        backend.ConvolutionForward(problem, x.As<float>(), filters, default, y.As<float>());
        float[] refreshed = Values(backend, y);
        using PreparedFilters fresh = backend.PrepareFilters(problem, other.As<float>());
        backend.ConvolutionForward(problem, x.As<float>(), fresh, default, y.As<float>());
        Assert.That(refreshed, Is.EqualTo(Values(backend, y)));
        Assert.That(
            () => backend.ConvolutionForward(problem with { Relu = true }, x.As<float>(), filters, default, y.As<float>()),
            Throws.ArgumentException.With.Message.Contains("mb1ic4ih6oc5kh3ph1"));
        Assert.That(() => backend.PrepareFilters(problem, x.As<float>()), Throws.ArgumentException);
    }

    [Test]
    public void PreparedFiltersCountInTheMemoryInUse()
    {
        using var backend = new HostBackend(1);
        ConvolutionProblem problem = ConvolutionProblem.Parse("mb1ic64ih13oc64kh3ph1");
        using DeviceBuffer w = Random(backend, problem.LengthW, 1);
        long before = InUse();
        PreparedFilters filters = backend.PrepareFilters(problem, w.As<float>());
        Assert.That(InUse() - before, Is.GreaterThanOrEqualTo(w.Bytes));
        filters.Dispose();
        Assert.That(InUse(), Is.EqualTo(before));

        long InUse() =>
            long.Parse(Assert.Throws<InsufficientMemoryException>(() => backend.Allocate(long.MaxValue))!.Message.Split("of which ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [Test]
    public void APlanFollowsEveryChangeOfItsParameters()
    {
        Network network = NetworkFixture.Build();
        float[] images = NetworkFixture.Images(network, NetworkFixture.Batch);
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
        using ParameterStore others = new(backend, network, NetworkFixture.Seed + 1);
        using var plan = new NetworkPlan(backend, network, store, NetworkFixture.Batch, training: false);
        using var step = new TrainingStep(backend, network, store);
        using var optimizer = new AdamOptimizer(store, _ => new ParameterGroup(1, 0));
        Dictionary<string, Action> changes = new()
        {
            ["upload"] = () => store.Upload(0, [.. store.Download(0).Select(value => value + 0.25f)]),
            ["running statistics"] = () => step.Plan.Forward(NetworkFixture.Step),
            ["optimizer"] = () =>
            {
                step.Run(images);
                optimizer.Step(0.01f);
            },
            ["copy"] = () => store.CopyFrom(others),
        };
        float[] before = SingleOperations.Run(plan, images);
        foreach ((string name, Action change) in changes)
        {
            long version = store.Version;
            Assert.That(SingleOperations.Run(plan, images), Is.EqualTo(before));
            Assert.That(store.Version, Is.EqualTo(version), "an inference changes nothing");
            change();
            Assert.That(store.Version, Is.GreaterThan(version), name);
            float[] after = SingleOperations.Run(plan, images);
            using var fresh = new NetworkPlan(backend, network, store, NetworkFixture.Batch, training: false);
            Assert.That(after, Is.EqualTo(SingleOperations.Run(fresh, images)), name);
            Assert.That(after, Is.Not.EqualTo(before), name);
            before = after;
        }
    }

    private static DeviceBuffer Random(IBackend backend, int length, ulong key)
    {
        DeviceBuffer buffer = backend.Allocate<float>(length);
        backend.Upload<float>([.. Enumerable.Range(0, length).Select(i => 2 * CounterRandom.Uniform(key, i) - 1)], buffer.As<float>());
        return buffer;
    }

    private static float[] Values(IBackend backend, DeviceBuffer buffer)
    {
        var values = new float[buffer.Bytes / sizeof(float)];
        backend.Download(buffer.As<float>(), values.AsSpan());
        return values;
    }
}

using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using JaccardKernels.Data;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Data;

public class SceneTests
{
    private static Dataset Open(string options = "") => DataSpec.Parse("scenes:train=400,query=50,database=100,tiles=100" + options).Open();

    [Test]
    public void AScenesIsAFunctionOfSeedSplitAndIndex()
    {
        using Dataset first = Open(), longer = DataSpec.Parse("scenes:train=500,query=60,database=200,tiles=100").Open(), other = Open(",seed=2");
        Assert.That(Image(longer.Train, 399), Is.EqualTo(Image(first.Train, 399)), "the number of scenes does not matter");
        Assert.That(longer.Train.Labels(399).SequenceEqual(first.Train.Labels(399)));
        Assert.That(Image(other.Train, 0), Is.Not.EqualTo(Image(first.Train, 0)));
        Assert.That(Image(first.Query, 0), Is.Not.EqualTo(Image(first.Train, 0)));
        Assert.That(Image(first.Database, 0), Is.Not.EqualTo(Image(first.Query, 0)));
        Assert.That(Image(first.HeldOutTiles!, 0), Is.Not.EqualTo(Image(first.Tiles!, 0)));
    }

    [Test]
    public void ScenesHaveTheSameBytesOnEveryMachine()
    {
        // Pinned so that a change of what is drawn is seen: measures of trained networks depend on it.
        using Dataset data = Open();
        var hash = new XxHash64();
        for (int i = 0; i < 100; i++)
        {
            hash.Append(((IDisplayImages)data.Train).Display(i).Pixels);
            hash.Append(MemoryMarshal.AsBytes(data.Train.Labels(i)));
        }
        Assert.That(hash.GetCurrentHashAsUInt64(), Is.EqualTo(8506653867184737461UL));
    }

    [Test]
    public void ScenesHoldUpToEightObjectsOfUpToThreeClasses()
    {
        using Dataset data = Open();
        int[] scenesByObjects = new int[9], objectsByClass = new int[10];
        for (int i = 0; i < data.Train.Count; i++)
        {
            int[] labels = data.Train.Labels(i).ToArray();
            scenesByObjects[labels.Sum()]++;
            Assert.That(labels.Count(count => count > 0), Is.LessThanOrEqualTo(3));
            for (int c = 0; c < 10; c++) objectsByClass[c] += labels[c];
        }
        Assert.That(scenesByObjects[1..], Is.All.GreaterThan(20), "every number of objects occurs");
        Assert.That(objectsByClass, Is.All.GreaterThan(80), "every class occurs");
    }

    [Test]
    public void EveryObjectIsVisible()
    {
        var room = new SceneObjects();
        Span<SceneObject> objects = room;
        for (int i = 0; i < 200; i++)
        {
            RandomStream random = RandomStream.Of(1, 1, i);
            int placed = SceneGenerator.Layout(ref random, 64, objects, out _);
            for (int o = 0; o < placed; o++)
            {
                // A much finer grid than the generator's own.
                int inside = 0, visible = 0;
                for (int y = 0; y < 256; y++)
                {
                    for (int x = 0; x < 256; x++)
                    {
                        float px = (x + 0.5f) / 4, py = (y + 0.5f) / 4;
                        if (objects[o].Distance(px, py) >= 0) continue;
                        inside++;
                        bool covered = false;
                        for (int later = o + 1; later < placed; later++) covered |= objects[later].Distance(px, py) < 0;
                        if (!covered) visible++;
                    }
                }
                Assert.That(visible, Is.GreaterThan((SceneGenerator.VisibleShare - 0.12) * inside), $"object {o} of scene {i}");
            }
        }
    }

    [Test]
    public void CoverageIsTheAreaOfTheShape([Values] SceneShape shape)
    {
        var item = new SceneObject
        {
            Shape = shape, X = 64.3f, Y = 63.8f, Radius = 50, Rotation = new Vector2(0.8f, 0.6f), Texture = SceneTexture.Solid, TextureScale = 1,
            Color = new Vector3(255), SecondColor = default, Rim = 1,
        };
        var black = new SceneBackground
        {
            TopLeft = default, TopRight = default, BottomLeft = default, BottomRight = default, Noise = 0, NoiseKey = 1,
        };
        byte[] pixels = new byte[128 * 128 * 3];
        SceneRasterizer.Draw([item], in black, 128, pixels);
        double area = 0;
        for (int i = 0; i < pixels.Length; i += 3) area += pixels[i] / 255.0;
        Assert.That(area / (50 * 50), Is.EqualTo(AreaOf(shape)).Within(0.02));
    }

    // In units of the squared radius, from elementary geometry.
    private static double AreaOf(SceneShape shape) => shape switch
    {
        SceneShape.Disc => Math.PI * 0.9 * 0.9,
        SceneShape.Ring => Math.PI * (0.94 * 0.94 - 0.5 * 0.5),
        SceneShape.Square => 1.44 * 1.44,
        SceneShape.Frame => 1.44 * 1.44 - 0.76 * 0.76,
        SceneShape.Triangle => 0.75 * Math.Sqrt(3),
        // Ten triangles between the centre, a point at 1 and a notch at cos 72 / cos 36.
        SceneShape.Star => 5 * (Math.Cos(0.4 * Math.PI) / Math.Cos(0.2 * Math.PI)) * Math.Sin(0.2 * Math.PI),
        SceneShape.Cross => 2 * (1.88 * 0.54) - 0.54 * 0.54,
        SceneShape.Crescent => Math.PI * 0.95 * 0.95 - Lens(0.95, 0.75, 0.45),
        SceneShape.Heart => 1.04 * 1.04 + Math.PI * 0.52 * 0.52,
        SceneShape.Bar => 1.92 * 0.48,
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    };

    private static double Lens(double a, double b, double distance)
    {
        double x = (distance * distance + a * a - b * b) / (2 * distance), z = distance - x;
        return a * a * Math.Acos(x / a) - x * Math.Sqrt(a * a - x * x) + b * b * Math.Acos(z / b) - z * Math.Sqrt(b * b - z * z);
    }

    [Test]
    public void TilesAreOneHotAndTakeTurns()
    {
        using Dataset data = Open(",size=48");
        Assert.That((data.Tiles!.Width, data.Tiles.Count, data.HeldOutTiles!.Count), Is.EqualTo((24, 100, 100)));
        for (int i = 0; i < 100; i++)
        {
            int[] labels = data.Tiles.Labels(i).ToArray();
            Assert.That((labels.Sum(), labels[i % 10]), Is.EqualTo((1, 1)));
        }
    }

    [Test]
    public void LoadingAllocatesNothingOnceWarm()
    {
        using Dataset data = Open();
        float[] pixels = new float[3 * 64 * 64];
        for (int i = 0; i < 20; i++) data.Train.Load(i, (ulong)i, pixels);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) data.Train.Load(i, (ulong)i, pixels);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static float[] Image(IImageSet set, int index)
    {
        float[] pixels = new float[set.Channels * set.Height * set.Width];
        set.Load(index, 0, pixels);
        return pixels;
    }
}

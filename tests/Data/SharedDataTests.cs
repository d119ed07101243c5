using JaccardKernels.Data;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Data;

/// <summary>The real data sets, where they are at hand: a folder shared/data beside the repository, or beside one of the folders above it.</summary>
public class SharedDataTests
{
    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void DeepPcbHasItsPublishedNumbers(string folder)
    {
        using Dataset data = DataSpec.Parse($"deeppcb:{folder}/deeppcb_1bit,size=64,template=1").Open();
        Assert.That(data.Train.Count + data.Query.Count + data.Database.Count, Is.EqualTo(4729));
        Assert.That(Sets(data).SelectMany(Counts).Select(counts => Fixtures.Text(counts)).Distinct().Count(), Is.EqualTo(276));
        Assert.That(Sets(data).Select(Boards).Select(boards => boards.Count), Is.EqualTo(new[] { 1000, 100, 400 }));
        Assert.That(data.Tiles!.Count + data.HeldOutTiles!.Count, Is.EqualTo(10013));
        Assert.That(data.ClassNames, Is.EqualTo(new[] { "open", "short", "mousebite", "spur", "copper", "pinhole" }));

        // Where a defect is, image and template differ: the third channel is not black.
        RgbImage crop = ((IDisplayImages)data.Tiles).Display(0);
        int brightest = 0;
        for (int i = 2; i < crop.Pixels.Length; i += 3) brightest = Math.Max(brightest, crop.Pixels[i]);
        Assert.That(brightest, Is.GreaterThan(128));
    }

    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void CifarTilesAreATenthOfEachClass(string folder)
    {
        using Dataset data = DataSpec.Parse($"cifar:{folder}/cifar10_jpg,train=50,query=10,database=10").Open();
        Assert.That((data.Train.Width, data.Tiles!.Count, data.HeldOutTiles!.Count), Is.EqualTo((96, 10_000, 10_000)));
        Assert.That(data.ClassNames[0], Is.EqualTo("airplane"));
        foreach (IImageSet tiles in (IImageSet[])[data.Tiles, data.HeldOutTiles])
        {
            int[] counts = new int[10];
            for (int i = 0; i < tiles.Count; i++) counts[tiles.Labels(i).IndexOf(1)]++;
            Assert.That(counts, Is.All.EqualTo(1000));
        }
    }

    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void TheListsOfThePaperHaveTheirPublishedNumbers(string folder)
    {
        LabeledImageList train = HashNetList.Read($"{folder}/label_lists/coco_train.txt.gz");
        LabeledImageList test = HashNetList.Read($"{folder}/label_lists/coco_test.txt.gz");
        Assert.That((train.Count, test.Count, train.ClassNames.Count, test.ClassNames.Count), Is.EqualTo((10_000, 5_000, 80, 80)));
        // 7.38 objects an image in training; totals as awk adds them up.
        Assert.That((Sums(train).Sum(), Sums(train).Max()), Is.EqualTo((73_785, 66)));
        Assert.That((Sums(test).Sum(), Sums(test).Max()), Is.EqualTo((37_252, 70)));
        foreach ((string list, int images, int classes) in (ReadOnlySpan<(string, int, int)>)
            [("nuswide_train", 10_000, 81), ("nuswide_test", 5_000, 81), ("nuswide_21_train", 10_500, 21), ("nuswide_21_test", 2_100, 21)])
        {
            LabeledImageList read = HashNetList.Read($"{folder}/label_lists/{list}.txt.gz");
            Assert.That((read.Count, read.ClassNames.Count), Is.EqualTo((images, classes)), list);
        }
        foreach (string set in (string[])["coco", "nuswide", "nuswide_21"])
        {
            string lists = $"{folder}/label_lists/{set}";
            IEnumerable<string> trained = Names(HashNetList.Read(ProtocolLists.Find(lists, "train")));
            Assert.That(trained.Intersect(Names(HashNetList.Read(ProtocolLists.Find(lists, "test")))), Is.Empty, "no query is trained on");
        }
    }

    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void PhotosWithCountsAreOpenedAndDecoded(string folder)
    {
        using Dataset dice = DataSpec.Parse(
            $"csv:{folder}/dice_d6/labels_counts.csv,images={folder}/dice_d6/images.zip,size=64,bad=skip").Open(Assert.Fail);
        Assert.That((dice.Train.Count, dice.Query.Count + dice.Database.Count), Is.EqualTo((200, 50)));
        Assert.That(Sets(dice).SelectMany(Counts).Sum(counts => counts.Sum()), Is.EqualTo(1795));

        using Dataset coco = DataSpec.Parse(
            $"csv:{folder}/coco256_320/labels_counts.csv,images={folder}/coco256_320/images_max320.zip,size=64,bad=skip").Open(Assert.Fail);
        Assert.That((coco.Train.Count, coco.Query.Count, coco.Database.Count), Is.EqualTo((126, 32, 96)));
        Assert.That(Sets(coco).SelectMany(Counts).Sum(counts => counts.Sum()), Is.EqualTo(1827));
    }

    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void TheGoldenPhotoIsReadAsStored(string folder)
    {
        RgbImage image = ImageCodec.DecodeFile($"{folder}/models/golden_input_224x224_rgb.bmp");
        byte[] file = File.ReadAllBytes($"{folder}/models/golden_input_224x224_rgb.bmp");
        Assert.That((image.Width, image.Height), Is.EqualTo((224, 224)));
        // 24 bits a pixel, blue first, the last row first.
        int start = BitConverter.ToInt32(file, 10);
        for (int i = 0; i < 224 * 224; i++)
        {
            int at = start + (223 - i / 224) * 224 * 3 + i % 224 * 3;
            Assert.That(image[i % 224, i / 224], Is.EqualTo(new Rgb(file[at + 2], file[at + 1], file[at])));
        }
    }

    private static IImageSet[] Sets(Dataset data) => [data.Train, data.Query, data.Database];

    private static IEnumerable<int[]> Counts(IImageSet set) => Enumerable.Range(0, set.Count).Select(i => set.Labels(i).ToArray());

    private static HashSet<string> Boards(IImageSet set) => [.. Enumerable.Range(0, set.Count).Select(i => set.Id(i).Split('@')[0])];

    private static IEnumerable<string> Names(LabeledImageList list) => Enumerable.Range(0, list.Count).Select(list.Name);

    private static IEnumerable<int> Sums(LabeledImageList list) => Enumerable.Range(0, list.Count).Select(i => list.Counts(i).ToArray().Sum());
}

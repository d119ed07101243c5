using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Files;

public class LabelMatrixTests
{
    [Test]
    public void BitsAreTheClassesPresent()
    {
        int[] counts = new int[2 * 70];
        (counts[0], counts[63], counts[69], counts[70 + 64]) = (1, 2, 7, 1);
        Assert.That(LabelBits.Pack(counts, 70), Is.EqualTo(new[] { 1UL | (1UL << 63), 1UL << 5, 0UL, 1UL }));
    }

    [Test]
    public void CountsAreChecked()
    {
        Assert.That(
            () => new LabelMatrix([0, 1, 0, -2], 2, "L.npy"),
            Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo("L.npy: the count of row 1, class 1 is -2; the least is 0."));
        Assert.That(() => new LabelMatrix([1 << 24, 1], 2), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("sum to 16777217"));
        Assert.That(() => new LabelMatrix([1, 2, 3], 2), Throws.InstanceOf<ArgumentException>());
        var labels = LabelMatrix.From(StoredArray.Create<byte>("L.npy", [1, 0, 3, 0, 0, 2], 2, 3));
        Assert.That(labels.Row(1).ToArray(), Is.EqualTo(new[] { 0, 0, 2 }));
        Assert.That(() => LabelMatrix.From(StoredArray.Create<float>("L.npy", [1], 1, 1)), Throws.InstanceOf<InvalidDataException>());
        Assert.That(
            () => LabelMatrix.From(StoredArray.Create<int>("L.npy", [1], 1)),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("a matrix"));
    }
}

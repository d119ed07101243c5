using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Problems;

public class OneLineTests
{
    [TestCase("a.npy: plain, é", "a.npy: plain, é")]
    [TestCase("a\r\nb\u0085c\u2028d\u2029e\0f\tg", "a  b c d e f g")]
    public void ControlCharactersBecomeBlanks(string text, string line) => Assert.That(OneLine.Of(text), Is.EqualTo(line));

    [Test]
    public void MessagesOfTextsAreOfOneLine()
    {
        Assert.That(() => GemmProblem.Parse("m4\nn4"), Throws.InstanceOf<ArgumentException>().With.Message.EqualTo("problem 'm4 n4': expected a lower-case key followed by a number at position 2."));
        Assert.That(() => KernelChoice.Parse("2\n"), Throws.InstanceOf<ArgumentException>().With.Message.StartsWith("'2 ' is no variant"));
    }
}

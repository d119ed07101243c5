using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.Gpu;

public class GpuDevicesTests
{
    [Test]
    public void EveryKindIsReportedWithAReasonOrADevice()
    {
        IReadOnlyList<DeviceReport> reports = GpuDevices.Enumerate();
        Assert.That(reports.Select(report => report.Kind).Distinct(), Is.EqualTo(new[] { "cuda", "opencl" }));
        foreach (DeviceReport report in reports)
        {
            Assert.That(report.Usable, Is.EqualTo(report.WhyNot is null));
            Assert.That(report.WhyNot ?? report.Name, Is.Not.Empty.And.Not.Contains("\n"));
            if (report.Usable) Assert.That(report.Memory, Is.GreaterThan(1L << 20));
        }
    }

    [Test]
    public void UnusableDeviceIsRefusedWithItsReason()
    {
        foreach (DeviceReport report in GpuDevices.Enumerate().Where(report => !report.Usable))
            Assert.That(() => GpuDevices.Open(report.Specification), Throws.ArgumentException.With.Message.Contains(report.WhyNot!));
    }

    [TestCase("cuda:63")]
    [TestCase("opencl:63")]
    public void AbsentNumberIsRefusedWithTheNumbersThereAre(string device) =>
        Assert.That(() => GpuDevices.Open(device), Throws.ArgumentException.With.Message.Contains("numbers 0 to"));

    [TestCase("gpu")]
    [TestCase("cuda:")]
    [TestCase("cuda:-1")]
    [TestCase("cuda:1x")]
    [TestCase("opencl:0:1")]
    [TestCase("simulator")]
    public void UnknownNameIsRefused(string device) =>
        Assert.That(() => GpuDevices.Open(device), Throws.ArgumentException.With.Message.Contains($"'{device}' is unknown"));
}

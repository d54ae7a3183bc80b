using Infrastructure.Telemetry;
using UnitTests.Support;

namespace UnitTests.Telemetry;

/// <summary>What a publisher pays a message for telemetry that nobody wants.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class PublisherCostWhileOffTests
{
    private const int Messages = 1000;

    private readonly PublishTelemetry _telemetry = new(TelemetryParts.Connector);

    [Fact]
    public void Messages_that_nobody_asks_about_allocate_nothing()
    {
        Publish();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Publish();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Publish()
    {
        for (var message = 0; message < Messages; message++)
        {
            var span = _telemetry.Begin("019a9c3e-7f00-7000-8000-000000000001");
            _telemetry.Answered(TimeSpan.FromMilliseconds(1), message % 2 == 0 ? null : PublishTelemetry.ChannelLost);
            PublishTelemetry.End(span);
        }
    }
}

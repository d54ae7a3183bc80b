using Infrastructure.Postgres;
using Infrastructure.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using UnitTests.Support;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;
using Worker.Operations;

namespace UnitTests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class WorkerMetricsTests : IDisposable
{
    private readonly TelemetryWatch _watch = new(TelemetryNames.Worker);
    private readonly ServiceProvider _meters = TelemetryParts.Meters();
    private readonly ServiceProvider _worker = Settings.Services("Intake:Lanes=3", "Intake:Prefetch=5000", "RabbitMq:Pipeline=shop");

    public WorkerMetricsTests()
    {
        ActivatorUtilities.CreateInstance<WorkerMetrics>(_worker, _meters.Factory()).StartAsync(default);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _meters.Dispose();
        _watch.Dispose();
    }

    [Fact]
    public void What_is_counted_anyway_is_what_is_told()
    {
        var counters = _worker.GetRequiredService<IntakeCounters>();
        var batch = new OrderBatch(100, 1024 * 1024);
        batch.Add(Some.Delivery(1, Some.NewOrder()));
        batch.Add(Some.Delivery(2, "{}"));
        batch.Add(Some.Delivery(3, "[]"));
        batch.Add(Some.Delivery(4, "[]"));
        counters.BatchStored(batch, new BatchOutcome(Stored: 1, Duplicates: 7, Conflicts: 0, TimeSpan.Zero));
        counters.HandedBack(10);

        _watch.Observe();

        Assert.Equal(1, One("orders.stored").Value);
        Assert.Equal(7, One("orders.duplicates").Value);
        Assert.Equal((14, "shop"), (One("messaging.client.consumed.messages").Value, One("messaging.client.consumed.messages")["messaging.destination.name"]));
        Assert.Equal(
            [("decode.missing_member", 1.0), ("decode.wrong_root_type", 2.0)],
            _watch.Of("orders.dead_letters").Select(letters => ((string)letters["orders.reason"]!, letters.Value)));
        Assert.Equal(15_000, One("orders.prefetch").Value);
        Assert.Equal(0, One("orders.in_flight").Value);
        Assert.Equal(0, One("orders.lane.rebuilds").Value);
    }

    [Fact]
    public void What_nobody_knows_is_left_out()
    {
        _watch.Observe();

        Assert.Empty(_watch.Of("orders.queue.ready"));
        Assert.Empty(_watch.Of("orders.queue.drain_time"));
        Assert.Empty(_watch.Of("orders.dead_letters"));
    }

    [Fact]
    public void The_breaker_is_told_as_a_level()
    {
        var breaker = _worker.GetRequiredService<WriteBreaker>();
        Assert.Equal(0, Level());

        breaker.Failed(new PostgresFault(FaultKind.Environment, "there is no table"));
        Assert.Equal(2, Level());

        SpinWait.SpinUntil(() => breaker.Ask().IsTrial);
        Assert.Equal(1, Level());

        double Level()
        {
            _watch.Observe();
            return _watch.Of("orders.breaker.state")[^1].Value;
        }
    }

    [Fact]
    public void Open_files_are_counted_where_the_system_lists_them()
    {
        _watch.Observe();

        Assert.Equal(OperatingSystem.IsLinux(), _watch.Of("process.open_file_descriptor.count").Any(files => files.Value > 2));
    }

    private TelemetryWatch.Measured One(string instrument) => Assert.Single(_watch.Of(instrument));
}

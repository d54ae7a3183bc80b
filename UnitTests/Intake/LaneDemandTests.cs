using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed class LaneDemandTests
{
    private const int MaxBatch = 800;
    private const int Waking = 100;
    private const int Keeping = 25;

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    private readonly RecordingTimeProvider _time = new();
    private readonly LaneDemand _demand;

    public LaneDemandTests() => _demand = new LaneDemand(MaxBatch, Calm, _time);

    [Fact]
    public void Until_the_first_lane_consumes_the_others_do() => Assert.True(Needed().IsCompletedSuccessfully);

    [Fact]
    public async Task They_rest_once_nothing_has_asked_for_them_for_a_while()
    {
        _demand.FirstLaneConsumes(true);
        var calm = _demand.CalmAsync(CancellationToken.None);
        await _time.TimersSet.Reach(1);
        _time.Advance(Calm - TimeSpan.FromMilliseconds(1));
        Assert.False(calm.IsCompleted);
        Assert.True(Needed().IsCompletedSuccessfully);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await calm.OrTooLate();
        Assert.False(Needed().IsCompleted);
    }

    [Fact]
    public async Task They_do_not_rest_while_the_first_one_does_not_consume()
    {
        var calm = _demand.CalmAsync(CancellationToken.None);
        await _time.TimersSet.Reach(1);
        _time.Advance(Calm);
        await _time.TimersSet.Reach(2);
        Assert.False(calm.IsCompleted);
    }

    [Fact]
    public async Task A_batch_of_an_eighth_of_the_most_wakes_them()
    {
        await RestAsync();
        var needed = Needed();
        for (var deliveries = 1; deliveries < Waking; deliveries++)
        {
            _demand.Gathered(deliveries, isFull: false);
        }

        Assert.False(needed.IsCompleted);
        _demand.Gathered(Waking, isFull: false);
        await needed.OrTooLate();
    }

    [Fact]
    public async Task A_batch_that_is_full_of_few_large_orders_wakes_them()
    {
        await RestAsync();
        _demand.Gathered(3, isFull: true);
        Assert.True(Needed().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task The_loss_of_the_first_lane_wakes_them()
    {
        await RestAsync();
        _demand.FirstLaneConsumes(false);
        Assert.True(Needed().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Half_the_load_that_woke_them_keeps_them_awake_because_they_share_it()
    {
        await RestAsync();
        _demand.Gathered(Waking, isFull: false);
        var calm = _demand.CalmAsync(CancellationToken.None);
        await _time.TimersSet.Reach(2);
        _time.Advance(Calm - TimeSpan.FromSeconds(1));
        _demand.Gathered(Keeping, isFull: false);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.TimersSet.Reach(3);
        Assert.False(calm.IsCompleted);

        _time.Advance(Calm - TimeSpan.FromSeconds(1));
        await calm.OrTooLate();
    }

    [Fact]
    public async Task What_keeps_them_awake_does_not_wake_them()
    {
        await RestAsync();
        _demand.Gathered(Keeping, isFull: false);
        Assert.False(Needed().IsCompleted);
    }

    [Fact]
    public void With_tiny_batches_every_order_asks_for_all_lanes()
    {
        var demand = new LaneDemand(maxBatch: 1, TimeSpan.Zero, _time);
        demand.FirstLaneConsumes(true);
        Assert.True(demand.CalmAsync(CancellationToken.None).IsCompleted);

        demand.Gathered(1, isFull: false);
        Assert.True(demand.NeededAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    private async Task RestAsync()
    {
        _demand.FirstLaneConsumes(true);
        var calm = _demand.CalmAsync(CancellationToken.None);
        await _time.TimersSet.Reach(1);
        _time.Advance(Calm);
        await calm.OrTooLate();
        Assert.False(Needed().IsCompleted);
    }

    private Task Needed() => _demand.NeededAsync(CancellationToken.None);
}

using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed class BatchHandoverTests
{
    private readonly OrderBatch _first = new(2, 1024 * 1024);
    private readonly OrderBatch _second = new(2, 1024 * 1024);
    private readonly BatchHandover _handover;
    private ulong _tag;

    public BatchHandoverTests()
    {
        _handover = new BatchHandover(_first, _second);
    }

    [Fact]
    public async Task Taking_waits_until_there_is_something()
    {
        var taking = _handover.TakeAsync().AsTask();
        Assert.False(taking.IsCompleted, "there was nothing to take");

        Assert.True(TryAdd());

        Assert.Same(_first, await taking.OrTooLate());
    }

    [Fact]
    public async Task The_batches_change_places()
    {
        TryAdd();
        var first = (await _handover.TakeAsync().AsTask().OrTooLate())!;
        TryAdd();
        _handover.Return(first);
        var second = (await _handover.TakeAsync().AsTask().OrTooLate())!;

        Assert.Same(_first, first);
        Assert.Same(_second, second);
        Assert.Equal(2UL, second.LastTag);
        Assert.Equal(0, first.Deliveries);
    }

    [Fact]
    public async Task Nothing_is_taken_while_the_other_batch_is_out()
    {
        TryAdd();
        var first = await _handover.TakeAsync().AsTask().OrTooLate();
        TryAdd();
        var taking = _handover.TakeAsync().AsTask();
        Assert.False(taking.IsCompleted, "two batches were out at a time");
        Assert.Equal(1UL, first!.LastTag);
    }

    [Fact]
    public async Task A_taken_batch_is_sealed()
    {
        TryAdd();

        var taken = await _handover.TakeAsync().AsTask().OrTooLate();

        Assert.Single(CopyReader.ReadKeys(taken!.CopyData.Span));
    }

    [Fact]
    public async Task A_full_batch_says_no_and_room_is_made_by_taking_it()
    {
        TryAdd();
        var first = await _handover.TakeAsync().AsTask().OrTooLate();
        TryAdd();
        TryAdd();
        Assert.False(TryAdd(), "there was no room");

        // The signal of the first taking may still be there: whoever wakes up tries again.
        await _handover.WaitForRoomAsync().OrTooLate();
        var waiting = _handover.WaitForRoomAsync();
        Assert.False(waiting.IsCompleted, "there was no room");
        _handover.Return(first!);
        await _handover.TakeAsync().AsTask().OrTooLate();

        await waiting.OrTooLate("room was made and nobody was told");
        Assert.True(TryAdd());
    }

    [Fact]
    public async Task After_the_close_the_filling_batch_can_still_be_taken_once()
    {
        TryAdd();
        _handover.Close(discardFilling: false);

        Assert.Same(_first, await _handover.TakeAsync().AsTask().OrTooLate());
        Assert.Null(await _handover.TakeAsync().AsTask().OrTooLate());
    }

    [Fact]
    public async Task A_close_that_discards_leaves_nothing_to_take()
    {
        TryAdd();
        _handover.Close(discardFilling: true);

        Assert.Null(await _handover.TakeAsync().AsTask().OrTooLate());
    }

    [Fact]
    public async Task A_close_wakes_those_who_wait()
    {
        var taking = _handover.TakeAsync().AsTask();
        var waiting = _handover.WaitForRoomAsync();

        _handover.Close(discardFilling: false);

        Assert.Null(await taking.OrTooLate());
        await waiting.OrTooLate();
    }

    [Fact]
    public void After_the_close_a_delivery_is_let_go()
    {
        _handover.Close(discardFilling: false);

        Assert.True(TryAdd());
        Assert.Equal(0, _first.Deliveries);
    }

    private bool TryAdd() => _handover.TryAdd(Some.Delivery(++_tag, Some.NewOrder()));
}

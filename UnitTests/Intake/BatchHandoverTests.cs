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
        _handover = new BatchHandover(_first, _second, TimeSpan.Zero, TimeProvider.System);
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

    [Fact]
    public async Task The_first_order_after_a_pause_waits_for_nothing()
    {
        var paced = new Paced();
        paced.Add();
        paced.Handover.Return(await paced.TakeAsync());

        paced.Time.Advance(Paced.Linger);
        paced.Add();

        var taken = await paced.TakeAsync();
        Assert.Equal((1, FlushReason.Idle), (taken.Deliveries, taken.FlushReason));
        Assert.Equal(0, paced.Time.TimersSet.Count);
    }

    [Fact]
    public async Task What_comes_sooner_is_gathered_until_the_linger_is_over()
    {
        var paced = new Paced();
        paced.Add();
        paced.Handover.Return(await paced.TakeAsync());
        paced.Time.Advance(Paced.Linger / 2);
        paced.Add();

        var taking = paced.TakeAsync();
        paced.Add();
        Assert.False(taking.IsCompleted, "it did not linger");
        Assert.Equal(Paced.Linger / 2, paced.Time.LastDue);
        paced.Time.Advance(Paced.Linger / 2);

        var taken = await taking.OrTooLate();
        Assert.Equal((2, FlushReason.Linger), (taken.Deliveries, taken.FlushReason));
    }

    [Fact]
    public async Task A_writer_that_lingers_is_left_asleep_by_what_does_not_fill_the_batch()
    {
        var paced = new Paced();
        paced.Add();
        paced.Handover.Return(await paced.TakeAsync());
        paced.Add();
        var taking = paced.TakeAsync();
        var timers = paced.Time.TimersSet.Count;

        // A writer that woke up would set its alarm anew, on another thread: it is given the chance.
        while (paced.RoomLeft > 1)
        {
            paced.Add();
            await Task.Yield();
        }

        Assert.False(taking.IsCompleted, "it did not linger");
        Assert.Equal(timers, paced.Time.TimersSet.Count);
    }

    [Fact]
    public async Task A_full_batch_does_not_linger()
    {
        var paced = new Paced();
        paced.Add();
        paced.Handover.Return(await paced.TakeAsync());
        paced.Add();
        var taking = paced.TakeAsync();
        while (paced.RoomLeft > 0)
        {
            paced.Add();
        }

        var taken = await taking.OrTooLate();
        Assert.True(taken.IsFull, "it was taken before it was full");
        Assert.Equal(FlushReason.Rows, taken.FlushReason);
    }

    [Fact]
    public async Task A_batch_that_is_full_of_bytes_does_not_linger()
    {
        var paced = new Paced();
        paced.Add();
        paced.Handover.Return(await paced.TakeAsync());
        paced.Handover.TryAdd(Some.Delivery(paced.NextTag(), new byte[Paced.MaxBytes]));

        Assert.Equal(FlushReason.Bytes, (await paced.TakeAsync()).FlushReason);
    }

    [Fact]
    public async Task A_batch_that_meets_a_conflict_does_not_linger()
    {
        var paced = new Paced();
        paced.Add();
        paced.Handover.Return(await paced.TakeAsync());
        var order = Some.NewOrder();
        paced.Handover.TryAdd(Some.Delivery(paced.NextTag(), order));
        var taking = paced.TakeAsync();

        Assert.False(paced.Handover.TryAdd(Some.Delivery(paced.NextTag(), Some.Conflicting(order))), "a conflict was taken into the same batch");

        var taken = await taking.OrTooLate();
        Assert.Equal((1, FlushReason.Conflict), (taken.Deliveries, taken.FlushReason));
    }

    [Fact]
    public async Task A_close_ends_the_linger()
    {
        var paced = new Paced();
        paced.Add();
        paced.Handover.Return(await paced.TakeAsync());
        paced.Add();
        var taking = paced.TakeAsync();

        paced.Handover.Close(discardFilling: false);

        var taken = await taking.OrTooLate();
        Assert.Equal((1, FlushReason.Stop), (taken.Deliveries, taken.FlushReason));
    }

    private bool TryAdd() => _handover.TryAdd(Some.Delivery(++_tag, Some.NewOrder()));

    /// <summary>A handover that lingers, on a clock in the test's hand.</summary>
    private sealed class Paced
    {
        public const int MaxBytes = 1024 * 1024;
        private const int MaxBatch = 200;
        public static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);

        private ulong _tag;

        public Paced()
        {
            Handover = new BatchHandover(new OrderBatch(MaxBatch, MaxBytes), new OrderBatch(MaxBatch, MaxBytes), Linger, Time);
        }

        public RecordingTimeProvider Time { get; } = new();

        public BatchHandover Handover { get; }

        /// <summary>What the filling batch still takes.</summary>
        public int RoomLeft { get; private set; } = MaxBatch;

        public ulong NextTag() => ++_tag;

        public void Add()
        {
            Assert.True(Handover.TryAdd(Some.Delivery(NextTag(), Some.NewOrder())));
            RoomLeft--;
        }

        public async Task<OrderBatch> TakeAsync()
        {
            var taken = (await Handover.TakeAsync().AsTask().OrTooLate())!;
            RoomLeft = MaxBatch;
            return taken;
        }
    }
}

using Infrastructure.Postgres;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Postgres;

public sealed class TrialRowsTests
{
    [Theory]
    [InlineData(null, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 0)]
    public void They_are_the_row_that_was_named_or_else_the_first(int? named, int row)
    {
        var batch = Some.Batch(Some.NewOrder(), Some.NewOrder(), Some.NewOrder());

        var trial = TrialRows.Of(batch, named);

        var (id, hash) = Assert.Single(CopyReader.ReadKeys(trial.CopyData.Span));
        Assert.Equal(batch.KeyOf(row), KeyValuePair.Create(id, hash));
        Assert.Equal([batch.KeyOf(row)], trial.HashOfOrder);
        Assert.Equal((1, 0), (trial.Count, trial.DeadLetters.Count));
    }

    [Fact]
    public void They_do_not_change_when_the_batch_is_used_again()
    {
        var batch = Some.Batch(Some.NewOrder());
        var (trial, key) = (TrialRows.Of(batch, named: null), batch.KeyOf(0));

        batch.Reset();
        batch.Add(Some.Delivery(1, Some.NewOrder()));

        var (id, hash) = Assert.Single(CopyReader.ReadKeys(trial.CopyData.Span));
        Assert.Equal(key, KeyValuePair.Create(id, hash));
    }

    [Fact]
    public void What_has_no_rows_has_one_of_its_letters()
    {
        var batch = new OrderBatch(maxDeliveries: 10, maxBytes: 10_000);
        batch.Add(Some.Delivery(1, "no order"u8.ToArray()));
        batch.Add(Some.Delivery(2, "nor this"u8.ToArray()));
        batch.Seal();

        var trial = TrialRows.Of(batch, named: null);

        Assert.Empty(CopyReader.Read(trial.CopyData.Span));
        Assert.Equal((0, batch.DeadLetters[0]), (trial.Count, Assert.Single(trial.DeadLetters)));
    }

    [Fact]
    public void Before_anything_failed_there_is_nothing_in_them()
    {
        Assert.Empty(CopyReader.Read(TrialRows.None.CopyData.Span));
        Assert.Equal((0, 0), (TrialRows.None.Count, TrialRows.None.DeadLetters.Count));
    }
}

using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_run_is_reconciled
{
    private const int NotYet = 75;

    [Fact]
    public async Task A_run_with_duplicates_and_bad_orders_adds_up_and_a_row_that_goes_missing_is_named()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        using var folder = new TemporaryFolder();
        var ledger = folder.File("run.ledger");
        await using (await WorkerUnderTest.StartReadyAsync(pipeline))
        {
            var run = await ProducerProcess.RunAsync(
                pipeline, "generate", "--count", "5000", "--duplicates", "2%", "--bad", "1%", "--seed", "7", "--ledger", ledger);
            Assert.True(run.ExitCode == 0, run.Errors);
            await Reconcile.SaysAsync(pipeline, expected: 0, "adds up                 yes", "--ledger", ledger);
        }

        await pipeline.ExecuteAsync("create table taken as select * from orders limit 1; delete from orders where order_id in (select order_id from taken)");
        var id = await pipeline.ScalarAsync<Guid>("select order_id from taken");
        await Reconcile.SaysAsync(pipeline, expected: 1, $"missing: {id}", "--ledger", ledger, "--wait", "0");
    }

    [Fact]
    public async Task While_messages_wait_it_does_not_add_up_yet()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        using var folder = new TemporaryFolder();
        var (orders, ledger) = (folder.File("orders.ndjson"), folder.File("run.ledger"));
        var lines = Enumerable.Range(0, 20).Select(_ => System.Text.Encoding.UTF8.GetString(Some.Body()));
        await File.WriteAllLinesAsync(orders, lines);
        var run = await ProducerProcess.RunAsync(pipeline, "publish", orders, "--unchecked", "--ledger", ledger);
        Assert.True(run.ExitCode == 0, run.Errors);

        await Reconcile.SaysAsync(pipeline, NotYet, "not yet", "--ledger", ledger, "--wait", "0");
        await Reconcile.SaysAsync(pipeline, NotYet, "not yet", "--confirmed", "20", "--wait", "0");

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Reconcile.SaysAsync(pipeline, expected: 0, "yes", "--ledger", ledger);
        await Reconcile.SaysAsync(pipeline, expected: 0, "yes", "--confirmed", "20");
        await Reconcile.SaysAsync(pipeline, expected: 1, "no", "--confirmed", "21", "--wait", "0");
    }
}

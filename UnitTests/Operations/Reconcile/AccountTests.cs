using System.Text.Json;
using Worker.Operations.Reconcile;

namespace UnitTests.Operations.Reconcile;

public sealed class AccountTests
{
    [Theory]
    [InlineData(100, 5, 94, 1, 0, 0, "AddsUp")]
    [InlineData(100, 5, 94, 1, 7, 0, "AddsUp")]
    [InlineData(100, 5, 90, 1, 4, 4, "NotYet")]
    [InlineData(100, 5, 90, 1, 3, 4, "DoesNotAddUp")]
    [InlineData(100, 5, 90, 1, 0, 4, "DoesNotAddUp")]
    [InlineData(100, 0, 101, 0, 50, -1, "DoesNotAddUp")]
    [InlineData(0, 0, 0, 0, 0, 0, "AddsUp")]
    public void It_adds_up_when_every_message_is_somewhere(
        long published, long duplicates, long stored, long deadLetters, long waiting, long missing, string verdict)
    {
        var account = new Account(published, duplicates, stored, deadLetters, waiting);

        Assert.Equal(missing, account.Missing);
        Assert.Equal(verdict, account.Verdict.ToString());
    }

    [Fact]
    public void People_are_told_the_first_ids_and_programs_all()
    {
        var missing = Enumerable.Range(0, 30).Select(_ => Guid.NewGuid()).ToList();
        var finding = new Finding(new Account(30, 0, 0, 0, 0), missing, IsRunComplete: true);

        var text = FindingText.ForPeople(finding);
        Assert.Contains($"missing: {missing[0]}", text);
        Assert.DoesNotContain($"{missing[29]}", text);
        Assert.Contains("10 more", text);

        var json = JsonDocument.Parse(FindingText.ForPrograms(finding)).RootElement;
        Assert.Equal(30, json.GetProperty("missingIds").GetArrayLength());
        Assert.False(json.GetProperty("addsUp").GetBoolean());
    }

    [Fact]
    public void Of_a_run_that_did_not_end_it_is_said_that_the_missing_may_never_have_been_confirmed()
    {
        var finding = new Finding(new Account(1, 0, 0, 0, 0), [Guid.NewGuid()], IsRunComplete: false);

        Assert.Contains("did not come to its end", FindingText.ForPeople(finding));
    }
}

using Producer.Publish;

namespace UnitTests.Producer;

public sealed class RejectsFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public void Lines_and_reasons_are_kept_side_by_side()
    {
        using (var rejects = new RejectsFile(_path))
        {
            rejects.Open();
            rejects.Add(3, "three"u8, "wrong");
            rejects.Add(5, "five"u8, "worse");
        }

        Assert.Equal(["three", "five"], File.ReadAllLines(_path));
        Assert.Equal(["line 3: wrong", "line 5: worse"], File.ReadAllLines(_path + ".reasons"));
    }

    [Fact]
    public void A_line_that_comes_in_the_middle_of_another_waits_for_its_end()
    {
        using (var rejects = new RejectsFile(_path))
        {
            rejects.Open();
            rejects.Add(1, "lo"u8, "too long", endsLine: false);
            rejects.Add(2, "two"u8, "unconfirmed");
            rejects.Continue("n"u8);
            rejects.Continue("g\n"u8);
        }

        Assert.Equal(["long", "two"], File.ReadAllLines(_path));
        Assert.Equal(["line 1: too long", "line 2: unconfirmed"], File.ReadAllLines(_path + ".reasons"));
    }

    [Fact]
    public void Nothing_rejected_leaves_no_file()
    {
        using (var rejects = new RejectsFile(_path))
        {
            rejects.Open();
        }

        Assert.False(File.Exists(_path));
        Assert.False(File.Exists(_path + ".reasons"));
    }

    [Fact]
    public void A_run_that_never_began_leaves_the_files_of_the_run_before()
    {
        File.WriteAllText(_path, "kept");

        new RejectsFile(_path).Dispose();

        Assert.Equal("kept", File.ReadAllText(_path));
    }

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".reasons");
    }
}

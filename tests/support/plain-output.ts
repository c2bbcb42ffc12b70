/** Before every test file: what the program prints is compared as text, whatever terminal or colour setting the tests were started under. */
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = '1';

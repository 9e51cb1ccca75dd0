#!/bin/sh
# Makes the files of test/corpus/real, with ffmpeg 5.1 of Debian 12: what real writers write, as small as they can be.
# They are committed, so that the tests need no ffmpeg.
set -eu
cd "$(dirname "$0")/real"
run() { ffmpeg -v error -y "$@"; }
film() {
  output=$1
  shift
  run -f lavfi -i testsrc=size=64x48:rate=24000/1001:duration=10.5 -f lavfi -i sine=frequency=440:duration=10.5:sample_rate=8000 \
    -b:a 8k -crf 45 -g 48 "$@" "$output"
}
film film.mp4 -c:v libx264 -bf 2 -c:a aac
film cmaf.mp4 -c:v libx264 -bf 2 -c:a aac -movflags cmaf+empty_moov+default_base_moof+negative_cts_offsets
film dash.mp4 -c:v libx264 -bf 2 -c:a aac -movflags dash
film hybrid.mp4 -c:v libx264 -bf 2 -c:a aac -movflags frag_keyframe
film negative.mp4 -c:v libx264 -bf 2 -c:a aac -movflags negative_cts_offsets
film no_edit_list.mp4 -c:v libx264 -bf 2 -c:a aac -movflags faststart -use_editlist 0
film hevc_mp3.mp4 -c:v libx265 -x265-params log-level=none -ar 16000 -c:a libmp3lame
film vp9_opus.mp4 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus
film mpeg4_ac3.mp4 -c:v mpeg4 -q:v 31 -ar 32000 -b:a 32k -c:a ac3
film mjpeg.mp4 -c:v mjpeg -q:v 31 -an -r 2
film time_code.mov -c:v libx264 -timecode 00:00:00:00 -an
run -ss 0.5 -i film.mp4 -t 9.7 -c copy cut_while_copied.mp4
run -i film.mp4 -ss 2.333 -t 6 -c copy cut_after_a_key_frame.mp4
run -i film.mp4 -i ../../assets/image/ok.jpg -map 0:v -map 1 -c copy thumbnail.mp4
run -itsoffset 1.5 -i film.mp4 -map 0:v -c copy delayed.mp4
run -f lavfi -i testsrc=size=64x48:rate=30:duration=12 -vf "select='not(mod(n,3))+gt(random(0),0.7)'" -vsync vfr \
  -c:v libx264 -crf 45 -bf 3 varying.mp4
printf ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=5\ntitle=a\n[CHAPTER]\nTIMEBASE=1/1\nSTART=5\nEND=10\ntitle=b\n' \
  >chapters.txt
run -i film.mp4 -i chapters.txt -map 0:v -map_metadata 1 -c copy chapters.mp4
rm chapters.txt
